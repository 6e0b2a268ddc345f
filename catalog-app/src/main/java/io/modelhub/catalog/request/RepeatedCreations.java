package io.modelhub.catalog.request;

import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/** The keys of creations with what they were answered, each written in the transaction of its creation. */
public class RepeatedCreations {

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedCreations.class);
    private static final String SWEEP_EVERY = "PT10M";

    /**
     * Waits while another transaction holds the same key. A row that was there is locked and given as it is; one without an
     * answer is this transaction's own.
     */
    private static final String CLAIM = """
            INSERT INTO idempotency_key (key, digest, written_at) VALUES (?, ?, clock_timestamp())
            ON CONFLICT (key) DO UPDATE SET key = excluded.key
            RETURNING digest, location, entity_tag, body""";

    private static final String KEEP =
            "UPDATE idempotency_key SET location = ?, entity_tag = ?, body = ? WHERE key = ?";
    private static final String SWEEP =
            "DELETE FROM idempotency_key WHERE written_at < clock_timestamp() - ?::interval";

    private final JdbcClient jdbc;
    private final ContentDigest digest;
    private final Duration kept;

    /** @param kept how long a repeated creation is known for one */
    public RepeatedCreations(JdbcClient jdbc, ContentDigest digest, Duration kept) {
        this.jdbc = jdbc;
        this.digest = digest;
        this.kept = kept;
    }

    /** What is known of a key. */
    sealed interface Claim {}

    /** Nothing: it is this request's now, unless the transaction is rolled back. */
    record First() implements Claim {}

    record Repeated(CreatedAnswer answer) implements Claim {}

    /** It was sent with a request that says something else. */
    record Reused() implements Claim {}

    Claim claim(String key, Creation creation) {
        byte[] content = digest.of(creation.content());
        return jdbc.sql(CLAIM)
                .params(key, content)
                .query((row, number) -> claim(row, content))
                .single();
    }

    private static Claim claim(ResultSet row, byte[] content) throws SQLException {
        String location = row.getString("location");
        if (location == null) {
            return new First();
        }
        return MessageDigest.isEqual(row.getBytes("digest"), content)
                ? new Repeated(new CreatedAnswer(location, row.getString("entity_tag"), row.getString("body")))
                : new Reused();
    }

    void keep(String key, CreatedAnswer answer) {
        jdbc.sql(KEEP)
                .params(answer.location(), answer.entityTag(), answer.body(), key)
                .update();
    }

    @Scheduled(fixedDelayString = SWEEP_EVERY)
    void sweep() {
        try {
            jdbc.sql(SWEEP).param(kept.toString()).update();
        } catch (DataAccessException e) {
            LOG.warn("idempotency keys that are too old stay for now: {}", e.getMessage());
        }
    }
}
