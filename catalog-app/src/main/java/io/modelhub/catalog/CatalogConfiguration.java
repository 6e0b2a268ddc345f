package io.modelhub.catalog;

import io.modelhub.catalog.answer.BodyLimit;
import io.modelhub.catalog.key.KeyEncryption;
import io.modelhub.catalog.key.OwnerChange;
import io.modelhub.catalog.key.Vault;
import io.modelhub.catalog.model.PriceChange;
import io.modelhub.catalog.request.ContentDigest;
import io.modelhub.catalog.request.RepeatedCreations;
import io.modelhub.catalog.summary.Aggregator;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Makes from the settings what the packages need, so that none of them knows the settings. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class CatalogConfiguration {

    @Bean
    Topics topics(CatalogSettings settings) {
        return new Topics(settings.schemaRegistry().serdes());
    }

    @Bean
    Vault vault(CatalogSettings settings) {
        KeyEncryption encryption = settings.keyEncryption();
        return Vault.of(encryption);
    }

    @Bean
    RepeatedCreations repeatedCreations(CatalogSettings settings, JdbcClient jdbc) {
        byte[] key = Vault.derivedKey(settings.keyEncryption(), "idempotency keys");
        return new RepeatedCreations(jdbc, new ContentDigest(key), settings.idempotencyKeysKept());
    }

    @Bean
    PriceChange priceChange(CatalogSettings settings) {
        return new PriceChange(settings.prices().lead());
    }

    @Bean
    OwnerChange ownerChange(CatalogSettings settings) {
        return new OwnerChange(settings.prices().lead());
    }

    @Bean
    Aggregator aggregator(CatalogSettings settings) {
        CatalogSettings.AggregatorAccess access = settings.aggregator();
        return new Aggregator(access.url(), access.connectTimeout(), access.readTimeout());
    }

    @Bean
    BodyLimit bodyLimit(CatalogSettings settings) {
        return new BodyLimit(settings.largestBody().toBytes());
    }

    /** Numbers with a fraction are read exactly, and money is written as a string in plain decimal: never a double. */
    @Bean
    JsonMapperBuilderCustomizer exactNumbers() {
        SimpleModule module = new SimpleModule().addSerializer(BigDecimal.class, new PlainDecimal());
        return json -> json.addModule(module)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    }

    private static final class PlainDecimal extends StdSerializer<BigDecimal> {

        PlainDecimal() {
            super(BigDecimal.class);
        }

        @Override
        public void serialize(BigDecimal value, JsonGenerator json, SerializationContext context) {
            json.writeString(value.stripTrailingZeros().toPlainString());
        }
    }
}
