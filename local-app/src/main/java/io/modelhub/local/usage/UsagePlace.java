package io.modelhub.local.usage;

import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topics;
import java.util.Optional;

/** Where a record stands on {@code modelhub.usage}. */
public record UsagePlace(int partition, long offset) {

    /** Empty for what never stood there, as what came by HTTP and was refused. */
    public static Optional<UsagePlace> of(RejectedUsage rejected) {
        Integer partition = rejected.getPartition();
        Long offset = rejected.getOffset();
        return Topics.USAGE.name().equals(rejected.getTopic()) && partition != null && offset != null
                ? Optional.of(new UsagePlace(partition, offset))
                : Optional.empty();
    }
}
