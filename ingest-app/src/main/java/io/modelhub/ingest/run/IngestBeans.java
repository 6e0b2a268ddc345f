package io.modelhub.ingest.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.modelhub.ingest.check.UsageCheck;
import io.modelhub.ingest.publish.UsageIntake;
import io.modelhub.ingest.publish.UsagePublisher;
import io.modelhub.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.MicrometerProducerListener;
import org.springframework.kafka.core.ProducerFactory;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaProperties.class)
class IngestBeans {

    /** How long the watch waits for an answer of the broker. */
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);

    @Bean
    Topics topics(IngestSettings settings) {
        return new Topics(settings.schemaRegistry().serdes());
    }

    @Bean
    UsageCheck usageCheck(IngestSettings settings) {
        return new UsageCheck((int) settings.limits().eventSize().toBytes());
    }

    /** One producer for all threads. Its client is made at the first use: an unknown host name doesn't stop the start. */
    @Bean
    ProducerFactory<byte[], byte[]> producers(KafkaProperties kafka, IngestSettings settings, MeterRegistry meters) {
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        // What a 202 means rests on these two: no setting may weaken them.
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        int ackTimeoutMs = Math.toIntExact(settings.publish().ackTimeout().toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ackTimeoutMs);
        // Room for a second try within the whole.
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ackTimeoutMs / 2);
        DefaultKafkaProducerFactory<byte[], byte[]> producers =
                new DefaultKafkaProducerFactory<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producers.addListener(new MicrometerProducerListener<>(meters));
        return producers;
    }

    @Bean
    UsagePublisher usagePublisher(ProducerFactory<byte[], byte[]> producers, Topics topics) {
        return new UsagePublisher(producers, topics);
    }

    @Bean
    UsageIntake usageIntake(UsageCheck check, UsagePublisher publisher, MeterRegistry meters) {
        return new UsageIntake(check, publisher, meters, Clock.systemUTC());
    }

    /** Its name gives the health component {@code platform}. */
    @Bean
    PlatformWatch platformHealthIndicator(KafkaProperties kafka, UsagePublisher publisher) {
        Map<String, Object> config = new HashMap<>(kafka.buildAdminProperties());
        int timeoutMs = Math.toIntExact(ADMIN_TIMEOUT.toMillis());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs / 2);
        return new PlatformWatch(() -> Admin.create(config), publisher);
    }
}
