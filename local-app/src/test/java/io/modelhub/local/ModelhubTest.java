package io.modelhub.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a wrong command line leads to: one sentence, an exit code, and nothing started. */
class ModelhubTest {

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            up --nonsense            | 2 | Unknown option: '--nonsense'
            up --port-offset -1      | 2 | --port-offset must be from 0 to 50000, not -1.
            up --port-offset much    | 2 | Invalid value for option '--port-offset': 'much' is not an int
            demo --events 0          | 2 | --events must be at least 1, not 0.
            demo --speed 0           | 2 | --speed must be more than 0, not 0.0.
            demo --speed NaN         | 2 | --speed must be more than 0, not NaN.
            demo --trace             | 2 | Missing required parameter for option '--trace' (FILE)
            demo --trace /no/such    | 1 | The trace /no/such can't be read: there is no such file.
            demo --prices /no/such   | 1 | The prices /no/such can't be read.
            topic modelhub.nothing   | 2 | There is no topic "modelhub.nothing"; these are there:
            reconcile --wait soon    | 2 | Invalid value for option '--wait': 'soon' is no duration like 90s, 15m or 24h
            reconcile --horizon 0s   | 2 | --horizon must be more than 0, not PT0S.
            reconcile --limit -1     | 2 | --limit must not be negative.
            reprice --from yesterday | 2 | Invalid value for option '--from': 'yesterday' is no time like 2026-03-01T00:00:00Z
            rejected --limit -1      | 2 | --limit must not be negative.
            demo --json /no/such/dir | 1 | The results can't be written to /no/such/dir.
            """)
    void saysWhatIsWrong(String line, int exitCode, String sentence) {
        assertThat(execute(line.split(" "))).isEqualTo(exitCode);
        assertThat(err.toString().lines().findFirst()).hasValue(sentence);
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    @Test
    void looksAtTheTraceBeforeItStartsAnything() throws IOException {
        Path trace = Files.writeString(folder.resolve("trace.csv"), "no trace at all\n");

        assertThat(execute(
                        "demo",
                        "--trace",
                        trace.toString(),
                        "--data",
                        folder.resolve("data").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("The trace %s holds no call".formatted(trace));
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void explainsEveryOption() {
        assertThat(execute("demo", "--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "--trace",
                        "--prices",
                        "--events",
                        "--speed",
                        "--seed",
                        "--exit",
                        "--json",
                        "--data",
                        "--fresh");
    }

    @Test
    void aStretchOfTimeDoesNotEndBeforeItBegins() {
        assertThat(execute("reprice", "--from", "2026-03-02T00:00:00Z", "--to", "2026-03-01T00:00:00Z"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("--from must be before --to.");
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Modelhub.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        return commandLine.execute(arguments);
    }
}
