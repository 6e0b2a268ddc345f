package io.modelhub.catalog.organization;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

interface OrganizationTable extends Repository<Organization, String> {

    Organization save(Organization organization);

    /** Inserts new ones in batches. */
    List<Organization> saveAll(Iterable<Organization> organizations);

    Optional<Organization> findById(String id);

    /** Holds the row until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<Organization> findLockedById(String id);

    List<Organization> findByIdIn(Collection<String> ids);

    boolean existsById(String id);

    void delete(Organization organization);
}
