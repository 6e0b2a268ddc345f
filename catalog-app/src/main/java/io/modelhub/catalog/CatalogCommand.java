package io.modelhub.catalog;

import io.modelhub.catalog.command.Command;
import io.modelhub.catalog.command.Report;
import io.modelhub.catalog.key.SecretRotation;
import io.modelhub.catalog.mirror.Check;
import io.modelhub.catalog.mirror.Rebuild;
import io.modelhub.catalog.mirror.Republish;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the catalog's jar does instead of serving, named by its first argument; the others are settings as usual, and
 * {@code --json}. The report alone goes to standard output.
 */
enum CatalogCommand {
    REBUILD("rebuild", Rebuild.class, "fills an empty database with what the topics say"),
    REPUBLISH("republish", Republish.class, "publishes what the database says, and takes back what it doesn't"),
    CHECK("check", Check.class, "compares the database with the topics"),
    ROTATE_KEYS("rotate-keys", SecretRotation.class, "seals all secrets under the current key-encryption key");

    private static final String JSON = "--json";

    private static final int GOOD = 0;
    private static final int NOT_GOOD = 1;
    private static final int WRONG_USE = 2;

    private final String word;
    private final Class<? extends Command> type;
    private final String does;

    CatalogCommand(String word, Class<? extends Command> type, String does) {
        this.word = word;
        this.type = type;
        this.does = does;
    }

    /** Whether the arguments ask for a command at all. */
    static boolean isAskedFor(String[] arguments) {
        return arguments.length > 0 && !arguments[0].startsWith("-");
    }

    /**
     * Runs the command that the first argument names.
     *
     * @param out gets the report
     * @param err gets why there is none
     * @return the exit code: 0 where everything is as it should be, 1 where it is not or could not be done, 2 where there is
     *     no such command
     */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        Optional<CatalogCommand> named = Stream.of(values())
                .filter(command -> command.word.equals(arguments[0]))
                .findFirst();
        if (named.isEmpty()) {
            err.printf("There is no command \"%s\"; these are there:%n%s%n", arguments[0], list());
            return WRONG_USE;
        }
        return named.get().run(List.of(arguments).subList(1, arguments.length), out, err);
    }

    private static String list() {
        return Arrays.stream(values())
                .map(command -> "  %-12s %s".formatted(command.word, command.does))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private int run(List<String> settings, PrintStream out, PrintStream err) {
        String[] passedOn =
                settings.stream().filter(setting -> !setting.equals(JSON)).toArray(String[]::new);
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(CatalogApplication.class)
                .web(WebApplicationType.NONE)
                .lazyInitialization(true)
                .logStartupInfo(false)
                .initializers(started -> started.getBeanFactory()
                        .registerSingleton(
                                AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, new NothingStartsByItself()))
                .run(passedOn)) {
            Report report = context.getBean(type).run();
            if (settings.contains(JSON)) {
                out.println(context.getBean(JsonMapper.class).writeValueAsString(report));
            } else {
                report.sentences().forEach(out::println);
            }
            return report.good() ? GOOD : NOT_GOOD;
        } catch (KafkaException | DataAccessException e) {
            err.printf("%s could not be done: %s%n", word, e.getMessage());
            return NOT_GOOD;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NOT_GOOD;
        }
    }

    /** A command neither relays nor follows a topic, but for what it starts itself. */
    private static final class NothingStartsByItself implements LifecycleProcessor {

        @Override
        public void onRefresh() {}

        @Override
        public void onClose() {}

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }
}
