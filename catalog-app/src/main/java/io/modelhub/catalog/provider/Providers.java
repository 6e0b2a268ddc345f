package io.modelhub.catalog.provider;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.answer.Refusal.Referrer;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.page.ColumnType;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.page.Listing;
import io.modelhub.catalog.page.Page;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.schema.EntityStatus;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The providers, and their publication. */
@Component
public class Providers {

    private static final String REFERRERS = """
            (SELECT 'model' AS kind, id FROM model WHERE provider = ? ORDER BY id LIMIT 100)
            UNION ALL
            (SELECT 'api_key' AS kind, id::text FROM api_key WHERE provider = ? ORDER BY id LIMIT 100)""";

    private static final Listing<String> LISTING = Listing.of("provider", "slug", ColumnType.TEXT)
            .sortedBy("name", ColumnType.TEXT)
            .sortedBy("updated_at", ColumnType.TIME)
            .filteredBy("status", Arrays.asList(EntityStatus.values()))
            .searchedBy("slug", "name");

    private final ProviderTable table;
    private final Topic<String, io.modelhub.schema.Provider> topic;
    private final JdbcClient jdbc;

    Providers(ProviderTable table, Topics topics, JdbcClient jdbc) {
        this.table = table;
        this.topic = topics.providers();
        this.jdbc = jdbc;
    }

    public boolean exist(String slug) {
        return table.existsById(slug);
    }

    /** Empty: there is no such provider. */
    public Optional<EntityStatus> status(String slug) {
        return table.findById(slug).map(Provider::status);
    }

    /** Names for people, by slug. */
    public Map<String, String> names(Collection<String> slugs) {
        return table.findBySlugIn(slugs).stream().collect(Collectors.toMap(Provider::slug, Provider::name));
    }

    /**
     * Registers the providers that are not there yet, each under its slug as its name for people.
     *
     * @return how many
     */
    public int registerMissing(Change change, Collection<String> slugs) {
        Set<String> missing = new TreeSet<>(slugs);
        missing.removeAll(names(slugs).keySet());
        missing.forEach(slug -> write(change, null, ProviderBody.named(slug).provider(slug, null, change.at())));
        return missing.size();
    }

    Outcome<Provider> find(String slug) {
        return table.findById(slug).map(Outcome::done).orElseGet(() -> unknown(slug));
    }

    Outcome<Page<Provider>> list(ListRequest asked) {
        return LISTING.page(jdbc, asked, table::findBySlugIn, Provider::slug);
    }

    Outcome<Provider> create(Change change, Fields fields) {
        String slug = fields.slug("slug");
        ProviderBody body = ProviderBody.read(fields);
        return Outcome.checked(fields, () -> write(change, null, body.provider(slug, null, change.at())));
    }

    Outcome<Provider> edit(Change change, String slug, Edit edit) {
        return locked(
                slug,
                current -> edit.of(ProviderView.of(current), fields -> {
                    ProviderBody body = ProviderBody.read(fields);
                    fields.unchanged("slug", slug);
                    return Outcome.checked(
                            fields, () -> write(change, current, body.provider(slug, current, change.at())));
                }));
    }

    private Provider write(Change change, @Nullable Provider before, Provider after) {
        Provider written = table.save(after);
        change.publish(topic, written.slug(), before == null ? null : before.published(), written.published());
        return written;
    }

    Outcome<Provider> delete(Change change, String slug, Precondition precondition) {
        return locked(
                slug,
                current -> precondition.guard(current.revision(), () -> {
                    List<Referrer> referrers = jdbc.sql(REFERRERS)
                            .params(slug, slug)
                            .query(Referrer.class)
                            .list();
                    if (!referrers.isEmpty()) {
                        return Outcome.refused(Refusal.referenced("provider " + slug, referrers));
                    }
                    table.delete(current);
                    change.retract(topic, slug, current.published());
                    return Outcome.done(current);
                }));
    }

    /** Holds the row until the transaction ends. */
    private Outcome<Provider> locked(String slug, Function<Provider, Outcome<Provider>> work) {
        return table.findLockedBySlug(slug).map(work).orElseGet(() -> unknown(slug));
    }

    private static Outcome<Provider> unknown(String slug) {
        return Outcome.unknown("provider " + slug);
    }
}
