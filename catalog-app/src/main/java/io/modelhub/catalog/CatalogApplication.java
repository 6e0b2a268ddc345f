package io.modelhub.catalog;

import java.io.PrintStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * Starts the catalog, or runs one of its commands. Of Spring's Kafka support it takes the settings {@code spring.kafka.*}: listeners and templates would be
 * made at each start and used by nobody.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = KafkaAutoConfiguration.class)
@EnableConfigurationProperties({CatalogSettings.class, KafkaProperties.class})
public class CatalogApplication {

    public static void main(String[] arguments) {
        if (CatalogCommand.isAskedFor(arguments)) {
            PrintStream out = System.out;
            System.setOut(System.err); // For the log: what a command reports is all that its output says.
            System.exit(CatalogCommand.run(arguments, out, System.err));
        }
        SpringApplication.run(CatalogApplication.class, arguments);
    }
}
