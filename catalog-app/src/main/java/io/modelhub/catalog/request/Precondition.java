package io.modelhub.catalog.request;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.FieldProblem;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client expects of an entity that it changes, by {@code If-Match} (RFC 9110, 13.1.1): one of some revisions. Without
 * it, and with {@code *}, any revision will do: the last write wins.
 */
public sealed interface Precondition {

    String HEADER = "If-Match";

    record AnyRevision() implements Precondition {}

    record OneOf(Set<Long> revisions) implements Precondition {}

    record Malformed() implements Precondition {}

    /** @param header all lines of it, joined by commas */
    static Precondition read(String header) {
        if ("*".equals(header.strip())) {
            return new AnyRevision();
        }
        Set<Long> revisions = new HashSet<>();
        Matcher tags = Tag.LIST.matcher(header);
        int end = 0;
        while (end < header.length() && tags.find() && tags.start() == end) {
            Matcher revision = Tag.REVISION.matcher(tags.group("tag"));
            // A weak tag never matches: the comparison is the strong one.
            if (tags.group("weak") == null && revision.matches()) {
                revisions.add(Long.valueOf(revision.group(1)));
            }
            end = tags.end();
        }
        return end == header.length() && end > 0 ? new OneOf(revisions) : new Malformed();
    }

    /**
     * Does the work where the precondition holds.
     *
     * @param revision the entity's current one, of a row that is locked
     */
    default <T> Outcome<T> guard(long revision, Supplier<Outcome<T>> work) {
        if (this instanceof Malformed) {
            return Outcome.refused(Refusal.badHeader(
                    new FieldProblem(HEADER, "malformed", "must be * or a list of entity tags such as \"3\"")));
        }
        if (this instanceof OneOf expected && !expected.revisions().contains(revision)) {
            return Outcome.refused(Refusal.changed(HEADER, revision));
        }
        return work.get();
    }

    /** The grammar of entity tags. */
    final class Tag {

        private static final Pattern LIST =
                Pattern.compile("\\s*(?<weak>W/)?\"(?<tag>[\\x21\\x23-\\x7e\\x80-\\xff]*)\"\\s*(?:,(?=.)|$)");

        /** As {@link io.modelhub.catalog.answer.EntityView#entityTag} makes it. */
        private static final Pattern REVISION = Pattern.compile("([0-9]{1,18})(?:-.*)?");

        private Tag() {}
    }
}
