package io.modelhub.catalog.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

/** Models by Spring Data; {@code uuid} is the aggregate's identifier, {@code id} the name on the topics. */
interface ModelTable extends Repository<Model, UUID> {

    Model save(Model model);

    /** Inserts new ones in batches. */
    List<Model> saveAll(Iterable<Model> models);

    Optional<Model> findByUuid(UUID uuid);

    Optional<Model> findById(String id);

    /** Holds the row until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<Model> findLockedByUuid(UUID uuid);

    /** Holds the rows until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    List<Model> findLockedByIdInOrderById(List<String> ids);

    List<Model> findByIdIn(Collection<String> ids);

    void delete(Model model);
}
