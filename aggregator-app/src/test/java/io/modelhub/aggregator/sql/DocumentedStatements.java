package io.modelhub.aggregator.sql;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements of docs/sql.md, with the calls that they are asked about and the rows that those must give: computed here from a
 * list of all calls, in one pass each, with plain decimals and sorted latencies.
 */
public final class DocumentedStatements {

    public static final String KEY = "0b0f7a5e-0000-4000-8000-000000000001";
    public static final String OTHER_KEY = "0b0f7a5e-0000-4000-8000-000000000002";
    private static final String RULE = "7a1d0c3e-0000-4000-8000-000000000001";

    private static final String ACME = "acme";
    private static final String BLUEFIN = "bluefin";
    private static final String INDIA = "india";
    private static final String GPT = "openai/gpt-4o";
    private static final String MINI = "openai/gpt-4o-mini";
    private static final String LLAMA = "meta/llama";
    private static final String HAIKU = "anthropic/claude-haiku";

    /** Provider by model, as the catalog has it; the identifiers aren't taken apart. */
    public static final Map<String, String> MODELS =
            new TreeMap<>(Map.of(GPT, "openai", MINI, "openai", LLAMA, "someone", HAIKU, "anthropic"));

    /** US dollars per 1,000 tokens of every model. */
    public static final String RATE = "0.0025";

    public static final Map<String, String> ZONES =
            new TreeMap<>(Map.of(ACME, "UTC", BLUEFIN, "UTC", INDIA, "UTC", "quiet", "UTC"));

    /** @param latencyMs null: not measured */
    public record Call(
            String organization,
            String model,
            Instant at,
            long tokensInput,
            long tokensOutput,
            BigDecimal cost,
            CallStatus status,
            Long latencyMs,
            String apiKey,
            String rule) {}

    private static final class Sum {
        private long requests;
        private long errors;
        private long timeouts;
        private long tokensInput;
        private long tokensOutput;
        private BigDecimal cost = BigDecimal.ZERO;
        private final List<Long> latencies = new ArrayList<>();

        private void add(Call call) {
            requests++;
            errors += call.status == CallStatus.Error ? 1 : 0;
            timeouts += call.status == CallStatus.Timeout ? 1 : 0;
            tokensInput += call.tokensInput;
            tokensOutput += call.tokensOutput;
            cost = cost.add(call.cost);
            if (call.latencyMs != null) {
                latencies.add(call.latencyMs);
                Collections.sort(latencies);
            }
        }

        /** Within the sketch's error of the exact value. */
        private Near percentile(double quantile) {
            return new Near(latencies.get((int) (quantile * (latencies.size() - 1))), 0.0101);
        }

        private Near averageLatency() {
            return near(latencies.stream().mapToLong(Long::longValue).average().orElseThrow());
        }
    }

    /** @param share by which a value may be away from it */
    private record Near(double value, double share) {}

    /** @param ordered whether the order of rows matters */
    private record Expected(boolean ordered, List<List<Object>> rows) {}

    private final LocalDate day;
    private final YearMonth monthNow;
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Expected> expected = new LinkedHashMap<>();

    /**
     * @param day the one that the document calls 2026-11-20; calls are on it and on the day before
     * @param monthNow in which the statements are run
     */
    public DocumentedStatements(LocalDate day, YearMonth monthNow) {
        this.day = day;
        this.monthNow = monthNow;
        Random random = new Random(7);
        for (int i = 0; i < 600; i++) {
            String organization = List.of(ACME, BLUEFIN, INDIA).get(random.nextInt(3));
            List<String> models = switch (organization) {
                case ACME -> List.of(GPT, MINI, LLAMA, HAIKU);
                case BLUEFIN -> List.of(GPT, LLAMA);
                default -> List.of(GPT, MINI, LLAMA);
            };
            Instant at = start(day.minusDays(1)).plusMillis(random.nextInt(2 * 24 * 3600 * 1000));
            addCall(organization, models.get(random.nextInt(models.size())), at, random);
        }
        Instant ten = start(day).plus(Duration.ofHours(10));
        for (int i = 0; i < 5; i++) {
            addCall(ACME, GPT, ten.plusSeconds(i), random);
            addCall(ACME, LLAMA, ten.plusSeconds(900 * i), random);
            addCall(BLUEFIN, LLAMA, ten.plusSeconds(900 * i), random);
        }
        expectAll();
    }

    private void addCall(String organization, String model, Instant at, Random random) {
        int fate = random.nextInt(20);
        boolean keyed = organization.equals(ACME);
        calls.add(new Call(
                organization,
                model,
                at,
                1 + random.nextInt(5000),
                random.nextInt(900),
                BigDecimal.valueOf(1 + Math.abs(random.nextLong()) % 300_000_000_000L, 12),
                fate == 0 ? CallStatus.Error : fate == 1 ? CallStatus.Timeout : CallStatus.Success,
                fate == 2 ? null : (long) (Math.exp(3 + 6 * random.nextDouble())),
                keyed ? (random.nextBoolean() ? KEY : OTHER_KEY) : null,
                keyed && random.nextInt(3) == 0 ? RULE : null));
    }

    public List<Call> calls() {
        return calls;
    }

    /** The pull queries by their titles, moved to the days of the calls. */
    public Map<String, String> statements() throws IOException {
        Map<String, String> statements = titled();
        statements.values().removeIf(PushQueries::isPush);
        assertThat(statements).as("each is expected to give something").hasSizeGreaterThanOrEqualTo(40);
        assertThat(statements.keySet()).isEqualTo(expected.keySet());
        return statements;
    }

    /** The push queries. */
    public Map<String, String> pushStatements() throws IOException {
        Map<String, String> statements = titled();
        statements.values().removeIf(statement -> !PushQueries.isPush(statement));
        return statements;
    }

    private Map<String, String> titled() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "sql.md"));
        Map<String, String> statements = new LinkedHashMap<>();
        Matcher statement =
                Pattern.compile("```sql\n-- ([^\n]*)\n(.*?)```", Pattern.DOTALL).matcher(document);
        while (statement.find()) {
            statements.put(
                    statement.group(1),
                    Pattern.compile("2026-11-(\\d\\d)")
                            .matcher(statement.group(2))
                            .replaceAll(date -> day.plusDays(Integer.parseInt(date.group(1)) - 20)
                                    .toString()));
        }
        return statements;
    }

    /** @param answer texts, booleans, nulls, and numbers of any kind */
    public void check(String title, List<? extends List<?>> answer) {
        Expected rows = expected.get(title);
        List<List<Object>> wanted = new ArrayList<>(rows.rows);
        List<List<?>> given = new ArrayList<>(answer);
        if (!rows.ordered) {
            wanted.sort(Comparator.comparing(DocumentedStatements::exactCells));
            given.sort(Comparator.comparing(row -> exactCells(alike(row, wanted))));
        }
        assertThat(given).as(title).hasSameSizeAs(wanted);
        for (int row = 0; row < wanted.size(); row++) {
            assertThat(given.get(row)).as(title).hasSameSizeAs(wanted.get(row));
            for (int cell = 0; cell < wanted.get(row).size(); cell++) {
                check(
                        "%s, row %d: %s".formatted(title, row, given.get(row)),
                        given.get(row).get(cell),
                        wanted.get(row).get(cell));
            }
        }
    }

    /** What rows are put in order by: nothing that is only near. */
    private static String exactCells(List<?> row) {
        return row.stream()
                .map(cell -> cell instanceof Near ? "~" : cell instanceof Number ? plain(cell) : String.valueOf(cell))
                .collect(Collectors.joining("|"));
    }

    /** The row with what is only near in the expected rows left out. */
    private static List<?> alike(List<?> row, List<List<Object>> wanted) {
        List<Object> cells = new ArrayList<>(row);
        for (int i = 0; i < cells.size(); i++) {
            if (!wanted.isEmpty() && wanted.get(0).get(i) instanceof Near near) {
                cells.set(i, near);
            }
        }
        return cells;
    }

    private static void check(String where, Object given, Object wanted) {
        if (wanted instanceof Near || wanted instanceof Number) {
            assertThat(given).as("%s: not %s", where, wanted).isInstanceOf(Number.class);
        }
        if (wanted instanceof Near near) {
            double value = ((Number) given).doubleValue();
            assertThat(Math.abs(value - near.value))
                    .as("%s: %s is about %s", where, value, near.value)
                    .isLessThanOrEqualTo(Math.abs(near.value) * near.share + 1e-9);
        } else if (wanted instanceof Number) {
            assertThat(plain(given)).as(where).isEqualTo(plain(wanted));
        } else {
            assertThat(given).as(where).isEqualTo(wanted);
        }
    }

    private static String plain(Object number) {
        return new BigDecimal(String.valueOf(number)).stripTrailingZeros().toPlainString();
    }

    private static Near near(double value) {
        return new Near(value, 1e-6);
    }

    private void expectAll() {
        Map<List<Object>, Sum> days = sums(call -> true, call -> List.of(call.organization, call.model, day(call)));
        Map<List<Object>, Sum> hours =
                sums(call -> true, call -> List.of(call.organization, call.model, floor(call, Duration.ofHours(1))));
        Map<List<Object>, Sum> quarters =
                sums(call -> true, call -> List.of(call.organization, call.model, floor(call, Duration.ofMinutes(15))));
        Map<Object, Sum> organizations = sums(call -> true, Call::organization);
        Map<Object, Sum> models = sums(call -> true, Call::model);
        long today = millis(day);
        long before = millis(day.minusDays(1));

        rows(
                "the days of an organization",
                of(days, ACME),
                (key, sum) -> list(key.get(2), key.get(1), sum.requests, sum.cost));
        expect(
                "one minute of a model",
                sums(
                                call -> call.organization.equals(ACME)
                                        && call.model.equals(GPT)
                                        && floor(call, Duration.ofMinutes(1)) == hour(10),
                                call -> 0)
                        .values()
                        .stream()
                        .map(sum -> list(sum.requests, sum.tokensInput, sum.tokensOutput, sum.cost)));
        rows(
                "two hours by the quarter",
                where(of(quarters, ACME), key -> key.get(1).equals(LLAMA) && at(key) >= hour(10) && at(key) < hour(12)),
                (key, sum) -> list(at(key), at(key) + 900_000, sum.requests));
        rows(
                "some organizations",
                where(days, key -> !key.get(0).equals(BLUEFIN) && at(key) == today),
                (key, sum) -> list(key.get(0), key.get(1), sum.errors, sum.timeouts));
        rows(
                "hours that ended by noon",
                where(of(hours, INDIA), key -> at(key) + 3_600_000 <= hour(12)),
                (key, sum) -> list(at(key), key.get(1), sum.requests));
        rows("between two hours", where(hours, key -> at(key) >= hour(5) && at(key) <= hour(6)), (key, sum) -> key);
        rows(
                "either of two",
                where(
                        days,
                        key -> key.get(0).equals(ACME) && key.get(1).equals(LLAMA)
                                || key.get(0).equals(BLUEFIN) && key.get(1).equals(GPT)),
                (key, sum) -> list(key.get(0), at(key), sum.requests));
        expect(
                "quarters with failed calls",
                quarters.entrySet().stream()
                        .filter(row -> row.getKey().get(1).equals(LLAMA) && row.getValue().errors > 0)
                        .map(row -> list(row.getKey().get(0), at(row.getKey()), row.getValue().errors)));
        expect(
                "models whose name has a word in it",
                pairs(call -> call.model.contains("gpt"))
                        .map(row -> list(row.getKey().get(0), row.getKey().get(1), row.getValue().requests)));
        expect("the last six days", Stream.of(list(organizations.get(ACME).requests)));
        expect(
                "what was not cheap",
                quarters.entrySet().stream()
                        .filter(row -> row.getValue().cost.compareTo(new BigDecimal("0.75")) > 0)
                        .map(Map.Entry::getKey));

        ordered(
                "the most expensive quarters",
                quarters.entrySet().stream()
                        .sorted(Map.Entry.<List<Object>, Sum>comparingByValue(Comparator.comparing(sum -> sum.cost))
                                .reversed())
                        .limit(10)
                        .map(row ->
                                list(row.getKey().get(0), row.getKey().get(1), at(row.getKey()), row.getValue().cost)));
        ordered(
                "the next page",
                hours.keySet().stream()
                        .sorted(Comparator.<List<Object>, String>comparing(key -> (String) key.get(0))
                                .thenComparing(key -> (String) key.get(1))
                                .thenComparing(DocumentedStatements::at))
                        .skip(10)
                        .limit(5));
        ordered(
                "slowest hours of an organization",
                of(hours, BLUEFIN).entrySet().stream()
                        .filter(row -> !row.getValue().latencies.isEmpty())
                        .sorted(Comparator.<Map.Entry<List<Object>, Sum>, Long>comparing(
                                        row -> last(row.getValue().latencies))
                                .reversed()
                                .thenComparing(row -> at(row.getKey()))
                                .thenComparing(row -> (String) row.getKey().get(1)))
                        .limit(3)
                        .map(row -> list(at(row.getKey()), row.getKey().get(1), last(row.getValue().latencies))));

        Sum all = sums(call -> true, call -> 0).get(0);
        expect("everything", Stream.of(list(all.requests, all.errors, all.tokensInput, all.tokensOutput, all.cost)));
        ordered(
                "by organization",
                byCost(organizations).map(row -> list(row.getKey(), row.getValue().requests, row.getValue().cost)));
        ordered(
                "top three organizations of an hour",
                byCost(sums(call -> floor(call, Duration.ofHours(1)) == hour(10), Call::organization))
                        .limit(3)
                        .map(row -> list(row.getKey(), row.getValue().cost)));
        expect(
                "who spent more than an amount",
                organizations.entrySet().stream()
                        .filter(row -> row.getValue().cost.compareTo(BigDecimal.valueOf(20)) > 0)
                        .map(row -> list(row.getKey(), row.getValue().cost)));
        rows(
                "share of failed calls",
                models,
                (model, sum) -> list(model, near((double) (sum.errors + sum.timeouts) / sum.requests)));
        rows(
                "how many models each uses",
                organizations,
                (organization, sum) -> list(
                        organization,
                        calls.stream()
                                .filter(call -> call.organization.equals(organization))
                                .map(Call::model)
                                .distinct()
                                .count()));
        rows(
                "two days beside each other",
                organizations,
                (organization, sum) -> list(organization, cost(organization, before), cost(organization, today)));
        expect(
                "sub-totals",
                Stream.of(
                                pairs(call -> true)
                                        .map(row -> list(
                                                row.getKey().get(0),
                                                row.getKey().get(1),
                                                row.getValue().cost,
                                                0)),
                                organizations.entrySet().stream()
                                        .map(row -> list(row.getKey(), null, row.getValue().cost, 1)),
                                Stream.of(list(null, null, all.cost, 1)))
                        .flatMap(Function.identity()));
        expect(
                "classes of windows",
                hours.values().stream()
                        .collect(Collectors.groupingBy(
                                sum -> sum.requests >= 3 ? "busy" : sum.errors > 0 ? "failing" : "calm",
                                Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(row -> list(row.getKey(), row.getValue())));
        rows("average of a window", organizations, (organization, sum) -> {
            List<Sum> own = List.copyOf(of(hours, organization).values());
            List<BigDecimal> costs =
                    own.stream().map(window -> window.cost).sorted().toList();
            return list(
                    organization,
                    near((double) sum.requests / own.size()),
                    near(sum.cost.doubleValue() / own.size()),
                    costs.get(0),
                    last(costs));
        });
        expect(
                "names put together",
                pairs(call -> true)
                        .map(row ->
                                list(row.getKey().get(0) + ": " + row.getKey().get(1), row.getValue().requests)));
        rows(
                "months",
                sums(call -> true, call -> List.<Object>of(call.organization, call.model, month(call))),
                (key, sum) -> list(key.get(0), key.get(1), at(key), sum.requests, sum.cost));

        rows(
                "percentiles of organizations",
                organizations,
                (organization, sum) ->
                        list(organization, sum.percentile(0.5), sum.percentile(0.95), sum.percentile(0.99)));
        Sum ofToday = sums(call -> day(call) == today, call -> 0).get(0);
        expect("percentile of everybody", Stream.of(list(ofToday.percentile(0.95), ofToday.latencies.size())));
        rows(
                "percentiles that windows keep",
                of(days, INDIA),
                (key, sum) ->
                        list(at(key), key.get(1), sum.percentile(0.5), sum.percentile(0.95), sum.percentile(0.99)));
        rows(
                "average over windows",
                organizations,
                (organization, sum) ->
                        list(organization, sum.averageLatency(), sum.latencies.get(0), last(sum.latencies)));
        ordered(
                "models slower than a bound",
                models.entrySet().stream()
                        .sorted(Comparator.<Map.Entry<Object, Sum>, Double>comparing(
                                        row -> row.getValue().percentile(0.9).value)
                                .reversed())
                        .map(row -> list(row.getKey(), row.getValue().percentile(0.9))));

        rows(
                "cost by provider",
                sums(call -> true, call -> MODELS.get(call.model)),
                (provider, sum) -> list(provider, sum.cost));
        rows(
                "percentiles by provider",
                sums(call -> call.organization.equals(ACME), call -> MODELS.get(call.model)),
                (provider, sum) -> list(provider, sum.percentile(0.95)));
        expect("organizations without calls", Stream.of(list("quiet")));
        expect("organizations that never used a model", Stream.of(list("quiet")));
        expect(
                "organizations with a failed call",
                organizations.entrySet().stream()
                        .filter(row -> row.getValue().errors > 0)
                        .map(row -> list(row.getKey())));
        rows(
                "share of the whole",
                organizations,
                (organization, sum) -> list(organization, near(sum.cost.doubleValue() / all.cost.doubleValue())));
        rows(
                "the dearest model of each organization",
                organizations,
                (organization, sum) -> pairs(call -> call.organization.equals(organization))
                        .max(Comparator.comparing(row -> row.getValue().cost))
                        .map(row -> list(organization, row.getKey().get(1), row.getValue().cost))
                        .orElseThrow());
        rows(
                "change from day to day",
                organizations,
                (organization, sum) ->
                        list(organization, cost(organization, today).subtract(cost(organization, before))));
        expect("models used by one and not by the other", Stream.of(list(MINI), list(HAIKU)));
        expect("models used by both", Stream.of(list(GPT), list(LLAMA)));
        expect("two grains in one answer", Stream.of(list("hour", hours.size()), list("day", days.size())));

        ordered(
                "running total of a day",
                running(where(of(hours, ACME), key -> key.get(1).equals(GPT) && at(key) >= today)));
        List<Map.Entry<List<Object>, Sum>> ofIndia =
                inTime(where(of(hours, INDIA), key -> key.get(1).equals(LLAMA)));
        expect(
                "difference to the hour before",
                Stream.iterate(0, i -> i < ofIndia.size(), i -> i + 1)
                        .map(i -> list(
                                at(ofIndia.get(i).getKey()),
                                i == 0
                                        ? null
                                        : ofIndia.get(i).getValue().requests
                                                - ofIndia.get(i - 1).getValue().requests)));
        List<Map.Entry<List<Object>, Sum>> ofAcme =
                inTime(where(of(hours, ACME), key -> key.get(1).equals(LLAMA)));
        expect(
                "moving average",
                Stream.iterate(0, i -> i < ofAcme.size(), i -> i + 1)
                        .map(i -> list(
                                at(ofAcme.get(i).getKey()),
                                near(ofAcme.subList(Math.max(0, i - 2), i + 1).stream()
                                        .mapToLong(row -> row.getValue().requests)
                                        .average()
                                        .orElseThrow()))));

        ZoneId india = ZoneId.of("Asia/Kolkata");
        rows(
                "days in India",
                sums(
                        call -> call.organization.equals(INDIA),
                        call -> LocalDate.ofInstant(call.at, india).toString()),
                (date, sum) -> list(date, sum.requests == 0 ? null : sum.cost));
        expect(
                "a day in India",
                Stream.of(list(calls.stream()
                        .filter(call -> LocalDate.ofInstant(call.at, india).equals(day))
                        .count())));
        rows(
                "by the hour of the day in New York",
                sums(
                        call -> true,
                        call -> call.at.atZone(ZoneId.of("America/New_York")).getHour()),
                (hour, sum) -> list(hour, sum.requests));
        rows(
                "by weekday",
                sums(
                        call -> true,
                        call -> call.at.atZone(ZoneOffset.UTC).getDayOfWeek().getValue()),
                (weekday, sum) -> list(weekday, sum.requests));
        ZoneId paris = ZoneId.of("Europe/Paris");
        expect(
                "starts of days in Paris",
                of(quarters, ACME).keySet().stream()
                        .collect(Collectors.groupingBy(
                                key -> LocalDate.ofInstant(Instant.ofEpochMilli(at(key)), paris)
                                        .atStartOfDay(paris)
                                        .toInstant()
                                        .toEpochMilli(),
                                Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(row -> list(row.getKey(), row.getValue())));
        DateTimeFormatter minutes = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
        rows(
                "times for people",
                where(of(hours, ACME), key -> key.get(1).equals(LLAMA)),
                (key, sum) -> list(
                        minutes.format(Instant.ofEpochMilli(at(key)).atZone(paris)),
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                Instant.ofEpochMilli(at(key) + 3_600_000).atOffset(ZoneOffset.UTC)),
                        sum.requests));

        rows(
                "what a key was used for",
                sums(call -> KEY.equals(call.apiKey), call -> List.of(call.model, day(call))),
                (key, sum) -> list(key.get(0), sum.requests, sum.cost));
        rows(
                "what rules chose",
                sums(call -> call.rule != null, call -> List.of(call.rule, call.model)),
                (key, sum) -> list(key.get(0), key.get(1), sum.requests));
        expect("keys and their limits", Stream.of(list(KEY, true, spentNow(), new BigDecimal("1000000"))));
        rows(
                "usage of the keys of an organization",
                sums(call -> call.apiKey != null, call -> "test"),
                (label, sum) -> list(label, sum.cost));
        ordered(
                "prices now",
                MODELS.entrySet().stream()
                        .map(model ->
                                list(model.getKey(), model.getValue(), new BigDecimal(RATE), new BigDecimal(RATE))));
        expect(
                "prices over time",
                MODELS.keySet().stream().map(model -> list(model, null, null, new BigDecimal(RATE))));
        ordered("zones", ZONES.entrySet().stream().map(zone -> list(zone.getKey(), zone.getValue())));
        expect(
                "providers",
                new TreeSet<>(MODELS.values())
                        .stream()
                                .map(provider -> list(
                                        provider,
                                        MODELS.values().stream()
                                                .filter(provider::equals)
                                                .count(),
                                        provider.equals("openai") ? 2 : 0)));
    }

    /** In the month that it is now: calls count to that of their own time, and in its first days those are of the one before. */
    private BigDecimal spentNow() {
        return calls.stream()
                .filter(call -> KEY.equals(call.apiKey) && month(call) == millis(monthNow.atDay(1)))
                .map(Call::cost)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private interface ToRow<K> {
        List<Object> of(K key, Sum sum);
    }

    private <K> void rows(String title, Map<K, Sum> sums, ToRow<K> row) {
        expect(title, sums.entrySet().stream().map(entry -> row.of(entry.getKey(), entry.getValue())));
    }

    private void expect(String title, Stream<List<Object>> rows) {
        expected.put(title, new Expected(false, rows.toList()));
    }

    private void ordered(String title, Stream<List<Object>> rows) {
        expected.put(title, new Expected(true, rows.toList()));
    }

    private <K> Map<K, Sum> sums(Predicate<Call> which, Function<Call, K> key) {
        Map<K, Sum> sums = new LinkedHashMap<>();
        calls.stream()
                .filter(which)
                .forEach(call -> sums.computeIfAbsent(key.apply(call), ignored -> new Sum())
                        .add(call));
        return sums;
    }

    private Stream<Map.Entry<List<Object>, Sum>> pairs(Predicate<Call> which) {
        return sums(which, call -> List.<Object>of(call.organization, call.model)).entrySet().stream();
    }

    private BigDecimal cost(Object organization, long day) {
        return sums(call -> call.organization.equals(organization) && day(call) == day, call -> 0)
                .get(0)
                .cost;
    }

    private static Stream<Map.Entry<Object, Sum>> byCost(Map<Object, Sum> sums) {
        return sums.entrySet().stream()
                .sorted(Comparator.<Map.Entry<Object, Sum>, BigDecimal>comparing(row -> row.getValue().cost)
                        .reversed());
    }

    private static Stream<List<Object>> running(Map<List<Object>, Sum> windows) {
        List<List<Object>> rows = new ArrayList<>();
        BigDecimal soFar = BigDecimal.ZERO;
        for (Map.Entry<List<Object>, Sum> window : inTime(windows)) {
            soFar = soFar.add(window.getValue().cost);
            rows.add(list(at(window.getKey()), soFar));
        }
        return rows.stream();
    }

    private static List<Map.Entry<List<Object>, Sum>> inTime(Map<List<Object>, Sum> windows) {
        return windows.entrySet().stream()
                .sorted(Comparator.comparing(row -> at(row.getKey())))
                .toList();
    }

    private static Map<List<Object>, Sum> of(Map<List<Object>, Sum> windows, Object organization) {
        return where(windows, key -> key.get(0).equals(organization));
    }

    private static Map<List<Object>, Sum> where(Map<List<Object>, Sum> windows, Predicate<List<Object>> which) {
        return windows.entrySet().stream()
                .filter(row -> which.test(row.getKey()))
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static <T> T last(List<T> sorted) {
        return sorted.get(sorted.size() - 1);
    }

    private static List<Object> list(Object... cells) {
        return Arrays.asList(cells);
    }

    private static long at(List<Object> window) {
        return (Long) window.get(2);
    }

    private long hour(int hour) {
        return millis(day) + hour * 3_600_000L;
    }

    private static long floor(Call call, Duration size) {
        return call.at.toEpochMilli() / size.toMillis() * size.toMillis();
    }

    private static long day(Call call) {
        return floor(call, Duration.ofDays(1));
    }

    private static long month(Call call) {
        return millis(YearMonth.from(call.at.atZone(ZoneOffset.UTC)).atDay(1));
    }

    private static long millis(LocalDate day) {
        return start(day).toEpochMilli();
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
