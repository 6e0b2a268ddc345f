package io.modelhub.local.torture;

import static java.util.Objects.requireNonNull;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records to send, one after the other: calls in the order of their time, from its beginning to its end, and every
 * {@link Twist} among them. One thread at a time.
 */
final class Traffic {

    static final Duration MOST_OUT_OF_ORDER = Duration.ofHours(6);

    /** US dollars that a call costs in the mean: about, over the models of the {@link Cast} and the tokens drawn here. */
    static final double MEAN_COST = 0.006;

    private static final Duration CLOCKS_AHEAD = Duration.ofMinutes(5);
    private static final Duration JITTER = Duration.ofSeconds(30);
    private static final int NEAR = 200;
    private static final int FAR = 20_000;
    private static final int FIRST_UNKNOWN_SCHEMA = 2_000_000_000;

    /** @param isSteady whether it must stay in its partition, so that the order of its key's calls is known */
    private record Sent(ModelMetrics call, byte[] value, boolean isSteady) {}

    private final Cast cast;
    private final RandomGenerator random;
    private final Topic<String, ModelMetrics> usage;
    private final Instant begin;
    private final Duration span;
    private final Duration horizon;
    private final int events;
    private final Set<Twist> without;

    private final Map<Twist, Long> twists = new EnumMap<>(Twist.class);
    private final List<Sent> near = new ArrayList<>();
    private final List<Sent> far = new ArrayList<>();
    private @Nullable ModelMetrics reusable;
    private int made;
    private Instant now;

    Traffic(
            Cast cast,
            RandomGenerator random,
            Topic<String, ModelMetrics> usage,
            TortureSettings settings,
            Instant begin) {
        this.cast = cast;
        this.random = random;
        this.usage = usage;
        this.begin = begin;
        this.now = begin;
        this.span = settings.span();
        this.horizon = settings.horizon();
        this.events = settings.events();
        this.without = settings.without();
    }

    /** How many records of each twist were made. */
    Map<Twist, Long> twists() {
        return twists;
    }

    long duplicates() {
        return twists.entrySet().stream()
                .filter(twist -> twist.getKey().isDuplicate())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** The next of the events. */
    ProducerRecord<byte[], byte[]> next() {
        now = begin.plus(span.multipliedBy(made).dividedBy(events));
        made++;
        Twist twist = twist();
        ProducerRecord<byte[], byte[]> twisted = twist == null ? null : twisted(twist);
        if (twist == null || twisted == null) {
            ModelMetrics.Builder call = call();
            reusable = reusable == null ? call.build() : reusable;
            return sent(call);
        }
        twists.merge(twist, 1L, Long::sum);
        return twisted;
    }

    /** A call that breaks the limit of a key by itself. */
    ProducerRecord<byte[], byte[]> sentinel(String apiKey) {
        return home(plain().setModel(cast.model())
                .setApiKey(apiKey)
                .setTimestamp(now)
                .setCost(new BigDecimal("0.020000000000"))
                .build());
    }

    private @Nullable Twist twist() {
        int drawn = random.nextInt(Twist.OF);
        for (Twist twist : Twist.values()) {
            drawn -= twist.frequency();
            if (drawn < 0) {
                return without.contains(twist) ? null : twist;
            }
        }
        return null;
    }

    /** Null where this moment allows no such thing. */
    private @Nullable ProducerRecord<byte[], byte[]> twisted(Twist twist) {
        return switch (twist) {
            case DUPLICATE_NEAR -> near.isEmpty() ? null : copy(oneOf(near));
            case DUPLICATE_FAR -> far.isEmpty() ? null : copy(oneOf(far));
            case CHANGED_COPY -> changedCopy();
            case REUSED_ID -> reusedId();
            case OUT_OF_ORDER -> sent(call().setTimestamp(earlier(now, MOST_OUT_OF_ORDER)));
            case LATE ->
                home(call().setTimestamp(earlier(
                                Instant.now().minus(horizon).minus(Duration.ofMinutes(10)), Duration.ofDays(400)))
                        .build());
            case FROM_THE_FUTURE ->
                home(call().setTimestamp(later(
                                Instant.now().plus(CLOCKS_AHEAD).plus(Duration.ofMinutes(10)), Duration.ofDays(400)))
                        .build());
            case AT_THE_EDGE -> atTheEdge();
            case WRONG_PARTITION ->
                misplaced((call, value) -> new ProducerRecord<>(
                        usage.name(), random.nextInt(Topics.PARTITIONS), bytes(Topics.canonicalKey(call)), value));
            case NO_KEY ->
                misplaced((call, value) ->
                        new ProducerRecord<>(usage.name(), random.nextInt(Topics.PARTITIONS), null, value));
            case FOREIGN_KEY ->
                misplaced((call, value) ->
                        new ProducerRecord<>(usage.name(), bytes("key " + random.nextInt(1_000)), value));
            case SENT_COST -> sent(call().setCost(BigDecimal.valueOf(random.nextLong(50_000_000_000L), 12)));
            case POISON -> poison();
        };
    }

    private ModelMetrics.Builder call() {
        Cast.Customer customer = cast.customer();
        ModelMetrics.Builder call = plain().setOrganization(customer.id())
                .setModel(cast.model())
                .setTimestamp(later(now, JITTER))
                .setRoutingRule(random.nextInt(3) == 0 ? cast.rule() : null);
        int who = random.nextInt(100);
        if (who < Cast.WITH_OWN_KEY) {
            call.setApiKey(cast.oneOf(customer.keys()));
        } else if (who < Cast.WITH_OWN_KEY + Cast.WITH_SHARED_KEY) {
            call.setApiKey(cast.sharedKey());
        } else if (who < 80) {
            call.setApiKey(cast.unknownKey());
        } else if (who < 83) {
            call.setOrganization(null).setApiKey(cast.sharedKey());
        } else if (who < 86) {
            call.setOrganization(null);
        } else if (who < 89) {
            call.setOrganization(cast.unknownOrganization());
        } else if (who < 92 && !customer.isSteady()) {
            // The key's organization overrides what the call says.
            call.setOrganization(random.nextBoolean() ? null : cast.customer().id())
                    .setApiKey(cast.oneOf(customer.keys()));
        }
        return call;
    }

    private ModelMetrics.Builder plain() {
        long input = random.nextLong(8_000);
        long output = random.nextLong(900);
        boolean hasParts = random.nextInt(5) == 0;
        CallStatus status = random.nextInt(20) == 0 ? CallStatus.Error : CallStatus.Success;
        return ModelMetrics.newBuilder()
                .setEventId(id())
                .setTokensInput(input)
                .setTokensOutput(output)
                .setTokensInputCached(hasParts ? input / 2 : 0)
                .setTokensCacheWrite(hasParts ? input / 5 : 0)
                .setTokensReasoning(hasParts ? output / 3 : 0)
                .setLatencyMs(random.nextInt(20) == 0 ? null : (long) StrictMath.exp(random.nextDouble(3, 11)))
                .setStatus(random.nextInt(50) == 0 ? CallStatus.Timeout : status)
                .setErrorType(status == CallStatus.Error ? "rate_limit" : null)
                .setErrorMessage(status == CallStatus.Error ? "zu viele Anfragen — später" : null)
                .setAttributes(random.nextInt(10) == 0 ? Map.of("region", "eu", "trace", id()) : Map.of());
    }

    private String id() {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        return switch (random.nextInt(8)) {
            case 0 -> uuid.toString().toUpperCase(Locale.ROOT);
            case 1 -> "nr-" + made + "-" + Long.toString(random.nextLong(), Character.MAX_RADIX);
            case 2 -> "ид-" + uuid;
            default -> uuid.toString();
        };
    }

    private Instant earlier(Instant time, Duration most) {
        return time.minusMillis(random.nextLong(most.toMillis()));
    }

    private Instant later(Instant time, Duration most) {
        return time.plusMillis(random.nextLong(most.toMillis()));
    }

    /** In its place, and remembered for copies. */
    private ProducerRecord<byte[], byte[]> sent(ModelMetrics.Builder built) {
        ModelMetrics call = built.build();
        byte[] value = value(call);
        remember(new Sent(call, value, isOfSteadyKey(call)));
        return new ProducerRecord<>(usage.name(), bytes(Topics.canonicalKey(call)), value);
    }

    private boolean isOfSteadyKey(ModelMetrics call) {
        return call.getApiKey() != null && cast.isSteady(call.getApiKey());
    }

    private void remember(Sent sent) {
        if (near.size() < NEAR) {
            near.add(sent);
        } else {
            near.set(made % NEAR, sent);
        }
        if (far.size() < FAR) {
            far.add(sent);
        } else if (random.nextInt(8) == 0) {
            far.set(random.nextInt(FAR), sent);
        }
    }

    private ProducerRecord<byte[], byte[]> home(ModelMetrics call) {
        return new ProducerRecord<>(usage.name(), bytes(Topics.canonicalKey(call)), value(call));
    }

    private ProducerRecord<byte[], byte[]> copy(Sent original) {
        byte[] key = bytes(Topics.canonicalKey(original.call));
        boolean elsewhere = !original.isSteady && random.nextInt(3) == 0 && !without.contains(Twist.WRONG_PARTITION);
        return elsewhere
                ? new ProducerRecord<>(usage.name(), random.nextInt(Topics.PARTITIONS), key, original.value)
                : new ProducerRecord<>(usage.name(), key, original.value);
    }

    /** Only where all copies are in one partition is it certain which is the first. */
    private @Nullable ProducerRecord<byte[], byte[]> changedCopy() {
        Sent original = far.isEmpty() ? null : oneOf(far);
        if (original == null || !original.isSteady) {
            return null;
        }
        return home(ModelMetrics.newBuilder(original.call)
                .setCost(BigDecimal.valueOf(random.nextLong(1_000_000_000_000L), 12))
                .setTimestamp(later(original.call.getTimestamp(), JITTER))
                .build());
    }

    /** Each id once at most: a second time it could be a copy of the first, with another content. */
    private @Nullable ProducerRecord<byte[], byte[]> reusedId() {
        ModelMetrics original = reusable;
        if (original == null) {
            return null;
        }
        reusable = null;
        ModelMetrics.Builder call = call().setEventId(original.getEventId());
        return Topics.canonicalKey(original).equals(Topics.canonicalKey(call.build())) ? null : sent(call);
    }

    private ProducerRecord<byte[], byte[]> atTheEdge() {
        Instant edge = random.nextBoolean()
                ? Instant.now().minus(horizon)
                : Instant.now().plus(CLOCKS_AHEAD);
        // Without a key: it would carry the key's stream time to the end at once.
        return home(call().setApiKey(null)
                .setOrganization(cast.unknownOrganization())
                .setTimestamp(edge.plusMillis(random.nextLong(-300, 300)))
                .build());
    }

    private interface Placement {
        ProducerRecord<byte[], byte[]> place(ModelMetrics call, byte[] value);
    }

    private @Nullable ProducerRecord<byte[], byte[]> misplaced(Placement placement) {
        ModelMetrics call = call().build();
        if (isOfSteadyKey(call)) {
            return null;
        }
        byte[] value = value(call);
        remember(new Sent(call, value, false));
        return placement.place(call, value);
    }

    private ProducerRecord<byte[], byte[]> poison() {
        ModelMetrics.Builder call = call();
        byte[] value = value(call.build());
        byte @Nullable [] poison = switch (random.nextInt(11)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> garbage();
            case 3 -> Arrays.copyOf(value, random.nextInt(1, value.length));
            case 4 ->
                ByteBuffer.wrap(value.clone())
                        .putInt(1, FIRST_UNKNOWN_SCHEMA + random.nextInt(3))
                        .array();
            case 5 -> value(call.setTokensInput(Long.MAX_VALUE).build());
            case 6 -> value(call.setTokensOutput(-1).build());
            case 7 -> value(call.setCost(new BigDecimal("1000000.000000000001")).build());
            case 8 ->
                value(call.setModel(Cast.GOLD)
                        .setTokensInput(1_000_000_000)
                        .setTokensInputCached(0)
                        .setTokensCacheWrite(0)
                        .build());
            case 9 ->
                value(call.setEventId(random.nextBoolean() ? "" : "with\u0000control")
                        .build());
            default -> value(call.setEventId("x".repeat(257)).build());
        };
        return new ProducerRecord<>(
                usage.name(), random.nextInt(Topics.PARTITIONS), random.nextBoolean() ? null : garbage(), poison);
    }

    private byte[] garbage() {
        byte[] bytes = new byte[random.nextInt(1, 60)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] value(ModelMetrics call) {
        return requireNonNull(usage.value().serializer().serialize(usage.name(), call));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
