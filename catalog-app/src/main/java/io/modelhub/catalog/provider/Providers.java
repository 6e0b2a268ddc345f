package io.modelhub.catalog.provider;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.answer.Refusal.Referrer;
import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The providers, and their publication. */
@Component
public class Providers {

    private static final String REFERRERS = """
            (SELECT 'model' AS kind, id FROM model WHERE provider = ? ORDER BY id LIMIT 100)
            UNION ALL
            (SELECT 'api_key' AS kind, id::text FROM api_key WHERE provider = ? ORDER BY id LIMIT 100)""";

    private final ProviderTable table;
    private final Changes changes;
    private final Topic<String, io.modelhub.schema.Provider> topic;
    private final JdbcClient jdbc;

    Providers(ProviderTable table, Changes changes, Topics topics, JdbcClient jdbc) {
        this.table = table;
        this.changes = changes;
        this.topic = topics.providers();
        this.jdbc = jdbc;
    }

    public boolean exist(String slug) {
        return table.existsById(slug);
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
        missing.forEach(slug -> write(change, ProviderBody.named(slug).provider(slug, null, change.at())));
        return missing.size();
    }

    Outcome<Provider> find(String slug) {
        return table.findById(slug).map(Outcome::done).orElseGet(() -> unknown(slug));
    }

    Page<Provider> list(String after, int limit) {
        return Page.of(table.findBySlugGreaterThanOrderBySlug(after, Limit.of(limit + 1)), limit, Provider::slug);
    }

    Outcome<Provider> create(Fields fields) {
        String slug = fields.slug("slug");
        ProviderBody body = ProviderBody.read(fields);
        List<FieldProblem> problems = fields.problems();
        return problems.isEmpty()
                ? changes.commit(change -> Outcome.done(write(change, body.provider(slug, null, change.at()))))
                : Outcome.invalid(problems);
    }

    Outcome<Provider> replace(String slug, Fields fields) {
        ProviderBody body = ProviderBody.read(fields);
        fields.unchanged("slug", slug);
        fields.ignore("display_name", "revision", "updated_at");
        List<FieldProblem> problems = fields.problems();
        return changes.commit(change -> {
            Optional<Provider> current = table.findLockedBySlug(slug);
            if (current.isEmpty()) {
                return unknown(slug);
            }
            if (!problems.isEmpty()) {
                return Outcome.invalid(problems);
            }
            return Outcome.done(write(change, body.provider(slug, current.get(), change.at())));
        });
    }

    private Provider write(Change change, Provider provider) {
        Provider written = table.save(provider);
        change.publish(topic, written.slug(), written.published());
        return written;
    }

    Outcome<Provider> delete(String slug) {
        return changes.commit(change -> {
            Optional<Provider> current = table.findLockedBySlug(slug);
            if (current.isEmpty()) {
                return unknown(slug);
            }
            List<Referrer> referrers =
                    jdbc.sql(REFERRERS).params(slug, slug).query(Referrer.class).list();
            if (!referrers.isEmpty()) {
                return Outcome.refused(Refusal.referenced("provider " + slug, referrers));
            }
            table.delete(current.get());
            change.retract(topic, slug);
            return Outcome.done(current.get());
        });
    }

    private static Outcome<Provider> unknown(String slug) {
        return Outcome.unknown("provider " + slug);
    }
}
