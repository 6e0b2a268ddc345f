package io.modelhub.catalog.provider;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

interface ProviderTable extends Repository<Provider, String> {

    Provider save(Provider provider);

    /** Inserts new ones in batches. */
    List<Provider> saveAll(Iterable<Provider> providers);

    Optional<Provider> findById(String slug);

    /** Holds the row until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<Provider> findLockedBySlug(String slug);

    List<Provider> findBySlugIn(Collection<String> slugs);

    boolean existsById(String slug);

    void delete(Provider provider);
}
