package io.modelhub.catalog.key;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key that is given to another organization: its calls count for the new one from a little later on, when every reader knows.
 *
 * @param lead how much later
 */
public record OwnerChange(Duration lead) {

    /** Whose key it was once it is the organization's, the earliest first. */
    List<FormerOwner> formerOwners(ApiKey before, @Nullable String organization, Instant now) {
        if (Objects.equals(before.organization(), organization)) {
            return before.formerOwners();
        }
        return Stream.concat(
                        before.formerOwners().stream(),
                        Stream.of(new FormerOwner(before.organization(), now.plus(lead))))
                .toList();
    }
}
