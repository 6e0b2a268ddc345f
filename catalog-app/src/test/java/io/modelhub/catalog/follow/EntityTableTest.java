package io.modelhub.catalog.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EntityTableTest {

    private record State(long revision, String name) {}

    private final EntityTable<State, State> table = new EntityTable<>(State::revision, Function.identity());

    @Test
    void ignoresWhatIsNotNewerThanWhatItKnows() {
        assertThat(table.take("a", new State(2, "second"))).isTrue();
        assertThat(table.take("a", new State(1, "first"))).isFalse();
        assertThat(table.take("a", new State(2, "second"))).isFalse();
        assertThat(table.values()).containsExactly(new State(2, "second"));

        assertThat(table.take("a", new State(3, "third"))).isTrue();
        assertThat(table.values()).containsExactly(new State(3, "third"));
    }

    @Test
    void beginsAnewAfterADelete() {
        table.take("a", new State(7, "before"));
        assertThat(table.take("a", null)).isTrue();
        assertThat(table.take("a", null)).isFalse();
        assertThat(table.values()).isEmpty();

        assertThat(table.take("a", new State(1, "anew"))).isTrue();
        assertThat(table.values()).containsExactly(new State(1, "anew"));
    }
}
