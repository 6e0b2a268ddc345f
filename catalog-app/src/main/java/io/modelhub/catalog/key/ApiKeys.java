package io.modelhub.catalog.key;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.organization.Organizations;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.provider.Providers;
import io.modelhub.schema.APIKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** The API keys, and their publication without their secrets. */
@Component
class ApiKeys {

    private final ApiKeyTable table;
    private final Vault vault;
    private final Organizations organizations;
    private final Providers providers;
    private final Changes changes;
    private final Topic<String, APIKey> topic;

    ApiKeys(
            ApiKeyTable table,
            Vault vault,
            Organizations organizations,
            Providers providers,
            Changes changes,
            Topics topics) {
        this.table = table;
        this.vault = vault;
        this.organizations = organizations;
        this.providers = providers;
        this.changes = changes;
        this.topic = topics.apiKeys();
    }

    Outcome<ApiKey> find(UUID id) {
        return table.findById(id).map(Outcome::done).orElseGet(() -> unknown(id));
    }

    Page<ApiKey> list(UUID after, int limit) {
        return Page.of(
                table.findByIdGreaterThanOrderById(after, Limit.of(limit + 1)),
                limit,
                key -> key.id().toString());
    }

    Outcome<ApiKey> create(Fields fields) {
        String provider = fields.slug("provider");
        ApiKeyBody body = ApiKeyBody.read(fields);
        Secret secret = body.secret();
        if (!fields.has("key")) {
            fields.report("key", "required", "is required");
        }
        return changes.commit(change -> {
            if (!provider.isEmpty() && !providers.exist(provider)) {
                fields.report("provider", "unknown", "there is no such provider");
            }
            checkOrganization(fields, body);
            if (secret == null || !fields.problems().isEmpty()) {
                return Outcome.invalid(fields.problems());
            }
            UUID id = UUID.randomUUID();
            ApiKey fresh = key(id, provider, body, vault.seal(id, secret), secret.fingerprint(), 0, change);
            return Outcome.done(write(change, fresh));
        });
    }

    /** A secret that is left out stays as it is. */
    Outcome<ApiKey> replace(UUID id, Fields fields) {
        ApiKeyBody body = ApiKeyBody.read(fields);
        fields.ignore(
                "fingerprint",
                "display_name",
                "enabled",
                "disabled_causes",
                "quota",
                "last_used_at",
                "revision",
                "updated_at");
        return changes.commit(change -> {
            Optional<ApiKey> found = table.findLockedById(id);
            if (found.isEmpty()) {
                return unknown(id);
            }
            ApiKey current = found.get();
            fields.unchanged("id", id.toString());
            fields.unchanged("provider", current.provider());
            checkOrganization(fields, body);
            if (!fields.problems().isEmpty()) {
                return Outcome.invalid(fields.problems());
            }
            Secret secret = body.secret();
            SealedSecret sealed = secret == null ? current.secret() : vault.seal(id, secret);
            String fingerprint = secret == null ? current.fingerprint() : secret.fingerprint();
            ApiKey next = key(id, current.provider(), body, sealed, fingerprint, current.revision(), change);
            return Outcome.done(write(change, next));
        });
    }

    private void checkOrganization(Fields fields, ApiKeyBody body) {
        if (body.organization() != null && !organizations.exist(body.organization())) {
            fields.report("organization", "unknown", "there is no such organization");
        }
    }

    private static ApiKey key(
            UUID id,
            String provider,
            ApiKeyBody body,
            SealedSecret sealed,
            String fingerprint,
            long revision,
            Change change) {
        return new ApiKey(
                id,
                body.organization(),
                provider,
                body.label(),
                sealed,
                fingerprint,
                body.isDefault(),
                body.isActive(),
                body.dailyQuota(),
                body.monthlyQuota(),
                revision,
                change.at());
    }

    private ApiKey write(Change change, ApiKey key) {
        ApiKey written = table.save(key);
        change.publish(topic, written.id().toString(), written.published());
        return written;
    }

    Outcome<ApiKey> delete(UUID id) {
        return changes.commit(change -> {
            Optional<ApiKey> current = table.findLockedById(id);
            if (current.isEmpty()) {
                return unknown(id);
            }
            table.delete(current.get());
            change.retract(topic, id.toString());
            return Outcome.done(current.get());
        });
    }

    private static Outcome<ApiKey> unknown(UUID id) {
        return Outcome.unknown("API key " + id);
    }
}
