package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.Dimension;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code group_by}: some of the allowed dimensions, separated by commas. */
final class GroupBy {

    private GroupBy() {}

    /** What is wrong is told to {@code bad}. */
    static Set<Dimension> read(String text, List<Dimension> allowed, BadParameters bad) {
        EnumSet<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (String name : text.split(",", -1)) {
            Optional<Dimension> dimension =
                    allowed.stream().filter(one -> name(one).equals(name)).findFirst();
            dimension.ifPresentOrElse(
                    dimensions::add,
                    () -> bad.check(
                            "group_by", false, "must be some of %s, separated by commas".formatted(names(allowed))));
        }
        return dimensions;
    }

    private static String names(List<Dimension> dimensions) {
        return dimensions.stream().map(GroupBy::name).collect(Collectors.joining(", "));
    }

    private static String name(Dimension dimension) {
        return dimension.name().toLowerCase(Locale.ROOT);
    }
}
