package io.modelhub.catalog.key;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.audit.AuditAction;
import io.modelhub.catalog.audit.AuditEntry;
import io.modelhub.catalog.audit.EntityKind;
import io.modelhub.catalog.command.Command;
import io.modelhub.catalog.command.Report;
import io.modelhub.catalog.outbox.Changes;
import java.security.GeneralSecurityException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/**
 * Seals every secret that is still under a previous key-encryption key anew under the current one, in batches of a transaction
 * each, while the catalog serves. Nothing that a reader sees changes: no revision, no time, no record on a topic. Stopped
 * anywhere, it has sealed whole batches; run again, it goes on with what is left.
 */
@Component
public final class SecretRotation implements Command {

    private static final Logger LOG = LoggerFactory.getLogger(SecretRotation.class);

    /** Few enough that a writer of one of these rows waits for some milliseconds only. */
    private static final int BATCH = 100;

    /** In one order, and held until the transaction ends: neither a writer nor a second rotation is in each other's way. */
    private static final String NEXT = """
            SELECT id, secret_ciphertext, secret_key_id FROM api_key
            WHERE secret_key_id = ANY (?) AND secret_key_id <> ? AND id > ?
            ORDER BY id LIMIT ? FOR UPDATE""";

    private static final String SEAL = "UPDATE api_key SET secret_ciphertext = ?, secret_key_id = ? WHERE id = ?";

    private static final String LEFT = """
            SELECT id, secret_ciphertext, secret_key_id FROM api_key WHERE secret_key_id <> ? ORDER BY id""";

    /** As the audit log tells changes. */
    private static final String COUNT = "{\"sealed\":{\"from\":null,\"to\":%d}}";

    private static final RowMapper<SealedRow> ROW = (row, number) -> new SealedRow(
            row.getObject("id", UUID.class),
            new SealedSecret(row.getBytes("secret_ciphertext"), row.getLong("secret_key_id")));

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final Vault vault;
    private final Changes changes;
    private final JdbcTemplate jdbc;

    SecretRotation(Vault vault, Changes changes, JdbcTemplate jdbc) {
        this.vault = vault;
        this.changes = changes;
        this.jdbc = jdbc;
    }

    private record SealedRow(UUID id, SealedSecret secret) {}

    /**
     * What the rotation did.
     *
     * @param sealed secrets that are now under the current key and were not before
     * @param left API keys whose secrets are not under the current key, by the id of the key that they are under: written
     *     meanwhile by an instance that has other settings, sealed under a key that is not set, or damaged
     */
    record Rotated(int sealed, Map<String, List<UUID>> left) implements Report {

        @Override
        public boolean good() {
            return left.isEmpty();
        }

        @Override
        public List<String> sentences() {
            List<String> sentences = new ArrayList<>();
            sentences.add("%d secrets were sealed anew under the current key.".formatted(sealed));
            left.forEach((keyId, keys) -> sentences.add(
                    "%d secrets are still under key %s, which must be kept: %s".formatted(keys.size(), keyId, keys)));
            if (left.isEmpty()) {
                sentences.add("No secret needs a previous key any more.");
            }
            return sentences;
        }
    }

    @Override
    public Report run() {
        int sealed = 0;
        UUID last = BEFORE_ALL;
        for (List<SealedRow> batch = sealBatchAfter(last); !batch.isEmpty(); batch = sealBatchAfter(last)) {
            last = batch.get(batch.size() - 1).id();
            sealed += (int) batch.stream()
                    .filter(row -> row.secret().keyId() == vault.currentKeyId())
                    .count();
        }
        Map<String, List<UUID>> left = new TreeMap<>();
        jdbc.query(LEFT, ROW, vault.currentKeyId())
                .forEach(row -> left.computeIfAbsent(
                                Long.toHexString(row.secret().keyId()), keyId -> new ArrayList<>())
                        .add(row.id()));
        return new Rotated(sealed, left);
    }

    /** The rows of the batch as they are now; one that can't be opened is as it was. */
    private List<SealedRow> sealBatchAfter(UUID last) {
        Outcome<List<SealedRow>> outcome = changes.commit(change -> {
            List<SealedRow> rows = jdbc.query(NEXT, after(last), ROW).stream()
                    .map(this::sealedAnew)
                    .toList();
            List<SealedRow> anew = rows.stream()
                    .filter(row -> row.secret().keyId() == vault.currentKeyId())
                    .toList();
            write(anew);
            if (!anew.isEmpty()) {
                change.enter(AuditEntry.of(
                        change.at(), AuditAction.ROTATE, EntityKind.API_KEY, "-", COUNT.formatted(anew.size())));
            }
            return Outcome.done(rows);
        });
        return ((Outcome.Done<List<SealedRow>>) outcome).value();
    }

    private PreparedStatementSetter after(UUID last) {
        Object[] openable = vault.openableKeyIds().toArray();
        return query -> {
            query.setArray(1, query.getConnection().createArrayOf("bigint", openable));
            query.setLong(2, vault.currentKeyId());
            query.setObject(3, last, Types.OTHER);
            query.setInt(4, BATCH);
        };
    }

    private SealedRow sealedAnew(SealedRow row) {
        try {
            return new SealedRow(row.id(), vault.seal(row.id(), vault.open(row.id(), row.secret())));
        } catch (GeneralSecurityException e) {
            LOG.error("the secret of API key {} is damaged and can't be opened", row.id());
            return row;
        }
    }

    private void write(Collection<SealedRow> rows) {
        jdbc.batchUpdate(SEAL, rows, BATCH, (update, row) -> {
            update.setBytes(1, row.secret().ciphertext());
            update.setLong(2, row.secret().keyId());
            update.setObject(3, row.id(), Types.OTHER);
        });
    }
}
