package io.modelhub.ingest;

import io.modelhub.ingest.run.IngestSettings;
import io.modelhub.wire.NativeLz4;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;

/**
 * Takes usage events over HTTP, checks them and writes them to {@code modelhub.usage}. Keeps no state of its own: what it
 * acknowledged is in the broker.
 */
// The producer is made in run/, where what exactness rests on can't be configured away.
@SpringBootApplication(exclude = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(IngestSettings.class)
public class IngestApplication {

    public static void main(String[] args) {
        NativeLz4.load();
        SpringApplication.run(IngestApplication.class, args);
    }
}
