package io.modelhub.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void keepsALiveLineInItsPlaceAndNeverFillsTheWidth() {
        Terminal terminal = new Terminal(out, 10);

        terminal.live("1234567890abc");
        terminal.live("short");
        terminal.say("a line of its own, however long");

        assertThat(written())
                .isEqualTo("\r\u001b[K123456789\r\u001b[Kshort\r\u001b[Ka line of its own, however long"
                        + System.lineSeparator());
    }

    @Test
    void writesPlainLinesNowAndThenWhereThereIsNoTerminal() {
        Terminal terminal = new Terminal(out, 0);

        terminal.live("first");
        terminal.live("second, right after");

        assertThat(written()).isEqualTo("first" + System.lineSeparator());
    }

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
