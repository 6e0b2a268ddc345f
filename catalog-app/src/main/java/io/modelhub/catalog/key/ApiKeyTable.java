package io.modelhub.catalog.key;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

interface ApiKeyTable extends Repository<ApiKey, UUID> {

    ApiKey save(ApiKey key);

    Optional<ApiKey> findById(UUID id);

    /** Holds the row until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<ApiKey> findLockedById(UUID id);

    List<ApiKey> findByIdIn(Collection<UUID> ids);

    void delete(ApiKey key);
}
