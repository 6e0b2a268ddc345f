package io.modelhub.catalog.outbox;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.UnansweredCommitException;
import io.modelhub.catalog.audit.AuditLog;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one way to change the catalog: in a transaction that commits the change together with the records that publish it and
 * the entries of the audit log that tell it.
 *
 * <p>Guarantee: sequences in the outbox and the audit log are drawn in commit order. The records are appended as the last statements of the
 * transaction, under a lock that PostgreSQL releases only after the commit is visible to everyone. So whoever draws the next
 * sequence draws it after the commit of all lower ones, and a relay that sees a sequence sees every lower one that will ever
 * be: nothing is overtaken, for one key or across keys. As no other lock is asked for after it, it can't be part of a
 * deadlock. It is held for the append and the commit only, a millisecond or two (ADR 0020).
 */
@Component
public class Changes {

    /** Any number that no other advisory lock of this database has; a transaction's lock, released at its end. */
    private static final long APPEND_LOCK = 0x6d6f_6465_6c68_0001L;

    private static final String NOW = "SELECT clock_timestamp()";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(?)";
    /** Identities are drawn in the order of the sorted rows. */
    private static final String APPEND = """
            INSERT INTO outbox (topic, key, payload)
            SELECT topic, key, payload
            FROM unnest(?, ?, ?) WITH ORDINALITY AS record (topic, key, payload, position)
            ORDER BY position""";
    /** Delivered at commit; wakes the relay. */
    private static final String WAKE = "SELECT pg_notify('" + OutboxRelay.CHANNEL + "', '')";

    private final TransactionTemplate transactions;
    private final JdbcTemplate jdbc;
    private final AuditLog audit;

    Changes(PlatformTransactionManager transactionManager, JdbcTemplate jdbc, AuditLog audit) {
        this.transactions = new TransactionTemplate(transactionManager);
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /**
     * Does the work in one transaction. A refusal, from the work or by a constraint of the database, leaves nothing behind.
     *
     * @throws UnansweredCommitException the database went away while it committed: the change may stand
     * @throws org.springframework.dao.DataAccessException the database is away or busy: nothing was changed
     */
    public <T> Outcome<T> commit(Function<Change, Outcome<T>> work) {
        // Once all is written, what fails is the commit.
        AtomicBoolean isToBeCommitted = new AtomicBoolean();
        try {
            return transactions.execute(status -> {
                Change change = new Change(now());
                Outcome<T> outcome = work.apply(change);
                if (outcome instanceof Outcome.Done) {
                    append(change);
                    isToBeCommitted.set(true);
                } else {
                    status.setRollbackOnly();
                }
                return outcome;
            });
        } catch (DataIntegrityViolationException e) {
            return Outcome.refused(BrokenConstraint.of(e).refusal());
        } catch (DataAccessResourceFailureException | TransactionException e) {
            throw isToBeCommitted.get() ? new UnansweredCommitException(e) : e;
        }
    }

    /**
     * Commits after everything that was published so far and before everything that will be: what the work reads is what the
     * outbox says up to here. Every other writer waits meanwhile, so the work is short. It only reads: a lock that it asked
     * for might be held by one that waits for it.
     *
     * @throws UnansweredCommitException the database went away while it committed: the change may stand
     * @throws org.springframework.dao.DataAccessException the database is away or busy: nothing was changed
     */
    public <T> Outcome<T> commitInTurn(Function<Change, Outcome<T>> work) {
        return commit(change -> {
            takeTurn();
            return work.apply(change);
        });
    }

    private void takeTurn() {
        jdbc.query(LOCK, row -> {}, APPEND_LOCK);
    }

    private Instant now() {
        OffsetDateTime now = jdbc.queryForObject(NOW, OffsetDateTime.class);
        if (now == null) {
            throw new IllegalStateException("the database has no time");
        }
        return now.toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void append(Change change) {
        List<OutboxRecord> records = change.records();
        if (records.isEmpty() && change.entries().isEmpty()) {
            return;
        }
        takeTurn();
        audit.append(change.entries());
        jdbc.execute(APPEND, (java.sql.PreparedStatement insert) -> {
            var connection = insert.getConnection();
            insert.setArray(
                    1,
                    connection.createArrayOf(
                            "text", records.stream().map(OutboxRecord::topic).toArray()));
            insert.setArray(
                    2,
                    connection.createArrayOf(
                            "text", records.stream().map(OutboxRecord::key).toArray()));
            insert.setObject(
                    3,
                    connection.createArrayOf(
                            "bytea", records.stream().map(OutboxRecord::payload).toArray(byte[][]::new)),
                    Types.ARRAY);
            return insert.executeUpdate();
        });
        jdbc.query(WAKE, row -> {});
    }
}
