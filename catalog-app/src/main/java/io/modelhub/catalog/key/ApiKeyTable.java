package io.modelhub.catalog.key;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

interface ApiKeyTable extends Repository<ApiKey, UUID> {

    ApiKey save(ApiKey key);

    /** Inserts new ones in batches. */
    List<ApiKey> saveAll(Iterable<ApiKey> keys);

    Optional<ApiKey> findById(UUID id);

    /** Holds the row until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<ApiKey> findLockedById(UUID id);

    List<ApiKey> findByIdIn(Collection<UUID> ids);

    /** Those that may serve the organization: its own, and those of none. */
    @Query(
            "SELECT * FROM api_key WHERE provider = :provider AND (organization = :organization OR organization IS NULL)")
    List<ApiKey> findServing(String provider, @Nullable String organization);

    void delete(ApiKey key);
}
