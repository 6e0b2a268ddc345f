package io.modelhub.aggregator;

import io.modelhub.wire.NativeLz4;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the aggregator. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class AggregatorApplication {

    public static void main(String[] args) {
        NativeLz4.load();
        SpringApplication.run(AggregatorApplication.class, args);
    }
}
