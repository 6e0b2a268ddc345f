package io.modelhub.catalog.rule;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

interface RoutingRuleTable extends Repository<RoutingRule, UUID> {

    RoutingRule save(RoutingRule rule);

    List<RoutingRule> saveAll(Iterable<RoutingRule> rules);

    Optional<RoutingRule> findById(UUID id);

    /** Holds the row until the transaction ends. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<RoutingRule> findLockedById(UUID id);

    List<RoutingRule> findByIdIn(Collection<UUID> ids);

    void delete(RoutingRule rule);
}
