package io.modelhub.local;

import io.modelhub.local.platform.StartFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The program behind {@code ./modelhub}. What keeps a command from its work is one sentence on standard error and an exit code:
 * 1 where the platform could not do it, 2 where the command line is wrong, 130 or 143 after Ctrl-C or SIGTERM.
 */
@Command(
        name = "modelhub",
        description = "Meters every large language model call on Kafka and stops spending at its limit.",
        subcommands = {
            UpCommand.class,
            DemoCommand.class,
            TopicCommand.class,
            SqlCommand.class,
            ReconcileCommand.class,
            RejectedCommand.class,
            RepriceCommand.class,
            TortureCommand.class,
            BrokerCommand.class
        })
public final class Modelhub {

    private Modelhub() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Modelhub())
                .registerConverter(Duration.class, new DurationText())
                .registerConverter(Instant.class, new TimeText())
                .setParameterExceptionHandler(Modelhub::wrongCommandLine)
                .setExecutionExceptionHandler(Modelhub::failed);
    }

    private static int wrongCommandLine(ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(e.getMessage());
        err.printf(
                "\"./%s --help\" shows what it takes.%n",
                e.getCommandLine().getCommandSpec().qualifiedName(" "));
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (e instanceof WrongOption) {
            command.getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        if (e instanceof StartFailure || e instanceof InterruptedException) {
            command.getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw e; // A bug: its trace belongs in the report of it.
    }
}
