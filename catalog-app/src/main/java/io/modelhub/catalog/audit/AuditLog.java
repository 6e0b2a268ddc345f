package io.modelhub.catalog.audit;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.page.ColumnType;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.page.Listing;
import io.modelhub.catalog.page.Page;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who changed what, when, from what to what: only ever added to, which the database holds everybody to. */
@Component
public class AuditLog {

    private static final String APPEND = """
            INSERT INTO audit (at, actor, action, entity, entity_id, revision, changes) VALUES (?, ?, ?, ?, ?, ?, ?)""";

    private static final String ENTRIES = """
            SELECT sequence, at, actor, action, entity, entity_id AS id, revision, changes
            FROM audit WHERE sequence IN (:sequences)""";

    private static final int BATCH = 1_000;

    private static final Listing<Long> LISTING = Listing.of("audit", "sequence", ColumnType.NUMBER)
            .newestFirst()
            .filteredBy("entity", Arrays.asList(EntityKind.values()))
            .filteredBy("id", ColumnType.TEXT, "entity_id = ?")
            .filteredBy("action", Arrays.asList(AuditAction.values()))
            .filteredBy("actor", ColumnType.TEXT)
            .filteredBy("from", ColumnType.TIME, "at >= ?")
            .filteredBy("to", ColumnType.TIME, "at < ?");

    private final JdbcTemplate jdbc;

    AuditLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds entries, in this order, in the transaction of what they tell. */
    public void append(List<AuditEntry> entries) {
        jdbc.batchUpdate(APPEND, entries, BATCH, (insert, entry) -> {
            insert.setObject(1, entry.at().atOffset(ZoneOffset.UTC));
            insert.setString(2, entry.actor());
            insert.setString(3, entry.action().toString());
            insert.setString(4, entry.entity().toString());
            insert.setString(5, entry.id());
            insert.setObject(6, entry.revision(), Types.BIGINT);
            insert.setString(7, entry.changes());
        });
    }

    Outcome<Page<AuditView>> list(ListRequest asked) {
        JdbcClient client = JdbcClient.create(jdbc);
        return LISTING.page(client, asked, sequences -> entries(client, sequences), AuditView::sequence);
    }

    private static List<AuditView> entries(JdbcClient client, List<Long> sequences) {
        return sequences.isEmpty()
                ? List.of()
                : client.sql(ENTRIES)
                        .param("sequences", sequences)
                        .query(AuditView.class)
                        .list();
    }
}
