package io.modelhub.catalog.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"3\"",
                " \"3\" ",
                "\"2\", \"3\"",
                "\"2\",\"3\"",
                "\"3-1f\"",
                "*",
                " * ",
                "W/\"1\", \"3\"",
                "\"a,b\",\"3\""
            })
    void holdsForTheThirdRevision(String header) {
        assertThat(Precondition.read(header).guard(3, () -> Outcome.done("done")))
                .isEqualTo(Outcome.done("done"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "W/\"3\"", "\"33\"", "\"\"", "\"x\"", "\"-3\"", "\"99999999999999999999\""})
    void doesNotHoldForTheThirdRevision(String header) {
        assertThat(Precondition.read(header).guard(3, () -> Outcome.done("done")))
                .isEqualTo(Outcome.refused(Refusal.changed("If-Match", 3)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "3",
                "\"3",
                "3\"",
                "\"3\",",
                ",\"3\"",
                "\"3\" \"4\"",
                "w/\"3\"",
                "*, \"3\"",
                "\"3\", *",
                "\"3 \"",
                "\"\u007f\""
            })
    void refusesWhatIsNoListOfEntityTags(String header) {
        assertThat(Precondition.read(header)).isEqualTo(new Precondition.Malformed());
    }

    @Test
    void namesEachRevisionOnce() {
        assertThat(Precondition.read("\"1\", \"2\", \"1\"")).isEqualTo(new Precondition.OneOf(Set.of(1L, 2L)));
    }
}
