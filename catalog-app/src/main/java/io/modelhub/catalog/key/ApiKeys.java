package io.modelhub.catalog.key;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.audit.AuditAction;
import io.modelhub.catalog.audit.AuditEntry;
import io.modelhub.catalog.audit.EntityKind;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.key.KeyChoice.Obstacle;
import io.modelhub.catalog.organization.Organizations;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.page.ColumnType;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.page.Listing;
import io.modelhub.catalog.page.Page;
import io.modelhub.catalog.provider.Providers;
import io.modelhub.catalog.quota.KeyQuotas;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The API keys, and their publication without their secrets. */
@Component
class ApiKeys {

    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    /** As the organization of keys that serve every one, {@code -} is reserved for none. */
    private static final Listing<UUID> LISTING = Listing.of("api_key", "id", ColumnType.UUIDS)
            .sortedBy("label", ColumnType.TEXT)
            .sortedBy("updated_at", ColumnType.TIME)
            .filteredBy("organization", ColumnType.TEXT, "coalesce(organization, '-') = ?")
            .filteredBy("provider", ColumnType.TEXT)
            .filteredBy("is_active", ColumnType.FLAG)
            .filteredBy("is_default", ColumnType.FLAG)
            .searchedBy("id", "label");

    private final ApiKeyTable table;
    private final Vault vault;
    private final OwnerChange ownerChange;
    private final DeletedApiKeys deleted;
    private final Organizations organizations;
    private final Providers providers;
    private final KeyQuotas quotas;
    private final Topic<String, APIKey> topic;
    private final JdbcClient jdbc;

    ApiKeys(
            ApiKeyTable table,
            Vault vault,
            OwnerChange ownerChange,
            DeletedApiKeys deleted,
            Organizations organizations,
            Providers providers,
            KeyQuotas quotas,
            Topics topics,
            JdbcClient jdbc) {
        this.table = table;
        this.vault = vault;
        this.ownerChange = ownerChange;
        this.deleted = deleted;
        this.organizations = organizations;
        this.providers = providers;
        this.quotas = quotas;
        this.topic = topics.apiKeys();
        this.jdbc = jdbc;
    }

    Outcome<ApiKey> find(UUID id) {
        return table.findById(id).map(Outcome::done).orElseGet(() -> unknown(id));
    }

    Outcome<Page<ApiKey>> list(ListRequest asked) {
        return LISTING.page(jdbc, asked, table::findByIdIn, ApiKey::id);
    }

    Outcome<ApiKey> create(Change change, Fields fields) {
        String provider = fields.slug("provider");
        ApiKeyBody body = ApiKeyBody.read(fields);
        Secret secret = body.secret();
        if (!fields.has("key")) {
            fields.report("key", "required", "is required");
        }
        if (!provider.isEmpty() && !providers.exist(provider)) {
            fields.report("provider", "unknown", "there is no such provider");
        }
        checkOrganization(fields, body);
        if (secret == null) {
            return Outcome.invalid(fields.problems());
        }
        return Outcome.checked(fields, () -> {
            UUID id = UUID.randomUUID();
            return write(
                    change,
                    null,
                    key(id, List.of(), provider, body, vault.seal(id, secret), secret.fingerprint(), 0, change));
        });
    }

    /**
     * A secret that is left out stays as it is; one that is awaited may come so.
     *
     * @param view of the key as answers show it
     */
    Outcome<ApiKey> edit(Change change, UUID id, Edit edit, Function<ApiKey, ApiKeyView> view) {
        return locked(
                id,
                current -> edit.of(view.apply(current), fields -> {
                    ApiKeyBody body = ApiKeyBody.read(fields);
                    fields.unchanged("id", id.toString());
                    fields.unchanged("provider", current.provider());
                    checkOrganization(fields, body);
                    return Outcome.checked(fields, () -> {
                        Secret secret = body.secret();
                        SealedSecret sealed = secret == null ? current.secret() : vault.seal(id, secret);
                        String fingerprint = secret == null ? current.fingerprint() : secret.fingerprint();
                        return write(
                                change,
                                current,
                                key(
                                        id,
                                        ownerChange.formerOwners(current, body.organization(), change.at()),
                                        current.provider(),
                                        body,
                                        sealed,
                                        fingerprint,
                                        current.revision(),
                                        change));
                    });
                }));
    }

    private void checkOrganization(Fields fields, ApiKeyBody body) {
        String organization = body.organization();
        if (organization != null && !organization.isEmpty() && !organizations.exist(organization)) {
            fields.report("organization", "unknown", "there is no such organization");
        }
    }

    private static ApiKey key(
            UUID id,
            List<FormerOwner> formerOwners,
            String provider,
            ApiKeyBody body,
            @Nullable SealedSecret sealed,
            String fingerprint,
            long revision,
            Change change) {
        return new ApiKey(
                id,
                body.organization(),
                formerOwners,
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

    private ApiKey write(Change change, @Nullable ApiKey before, ApiKey after) {
        ApiKey written = table.save(after);
        change.publish(topic, written.id().toString(), before == null ? null : before.published(), written.published());
        return written;
    }

    Outcome<ApiKey> delete(Change change, UUID id, Precondition precondition) {
        return locked(
                id,
                current -> precondition.guard(current.revision(), () -> {
                    APIKey state = current.published();
                    table.delete(current);
                    deleted.keep(change, id.toString(), state);
                    change.retract(topic, id.toString(), state);
                    return Outcome.done(current);
                }));
    }

    /** Holds the row until the transaction ends. */
    private Outcome<ApiKey> locked(UUID id, Function<ApiKey, Outcome<ApiKey>> work) {
        return table.findLockedById(id).map(work).orElseGet(() -> unknown(id));
    }

    /** Gives the secret back, and enters in the audit log that it was asked for; it may leave when that is committed. */
    Outcome<RevealedSecret> reveal(Change change, UUID id) {
        Optional<ApiKey> found = table.findById(id);
        if (found.isEmpty()) {
            return unknown(id);
        }
        SealedSecret sealed = found.get().secret();
        if (sealed == null) {
            return Outcome.refused(Refusal.secretAwaited(id.toString()));
        }
        try {
            Secret secret = vault.open(id, sealed);
            change.enter(AuditEntry.of(change.at(), AuditAction.REVEAL, EntityKind.API_KEY, id.toString(), "{}"));
            return Outcome.done(new RevealedSecret(secret));
        } catch (GeneralSecurityException e) {
            LOG.error("the secret of API key {}, {}, can't be opened: {}", id, sealed, e.getMessage());
            return Outcome.refused(Refusal.secretUnreadable(id.toString()));
        }
    }

    /** Which key a call of the organization to the provider would use now, and why not the others. */
    Outcome<KeyChoice> choose(@Nullable String organization, String provider) {
        Optional<EntityStatus> providerStatus = providers.status(provider);
        if (providerStatus.isEmpty()) {
            return Outcome.unknown("provider " + provider);
        }
        Optional<EntityStatus> organizationStatus =
                organization == null ? Optional.of(EntityStatus.Active) : organizations.status(organization);
        if (organizationStatus.isEmpty()) {
            return Outcome.unknown("organization " + organization);
        }
        List<ApiKey> serving = table.findServing(provider, organization);
        Set<String> awaitingSecret = serving.stream()
                .filter(key -> key.secret() == null)
                .map(key -> key.id().toString())
                .collect(Collectors.toSet());
        List<APIKey> published = serving.stream().map(ApiKey::published).toList();
        return Outcome.done(KeyChoice.among(organization, published, key -> {
            if (providerStatus.get() == EntityStatus.Inactive) {
                return Optional.of(Obstacle.PROVIDER_INACTIVE);
            }
            if (organizationStatus.get() == EntityStatus.Inactive) {
                return Optional.of(Obstacle.ORGANIZATION_INACTIVE);
            }
            return Obstacle.of(key, quotas.of(key.getId()))
                    .or(() ->
                            Optional.of(Obstacle.AWAITS_SECRET).filter(awaits -> awaitingSecret.contains(key.getId())));
        }));
    }

    private static <T> Outcome<T> unknown(UUID id) {
        return Outcome.unknown("API key " + id);
    }
}
