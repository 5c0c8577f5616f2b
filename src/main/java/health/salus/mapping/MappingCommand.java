package health.salus.mapping;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.concurrent.Callable;

/** A command that works with the rules and needs neither a database nor a server. */
abstract class MappingCommand implements Callable<Integer> {

    static final int DONE = 0;
    static final int FAILED = 1;

    private static final String STANDARD_INPUT = "-";

    @Mixin
    private CommandOptions options = new CommandOptions();

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** Returns 0 if all is well, or 1 and prints what is not where errors go. */
    @Override
    public final Integer call() {
        try {
            return run(options.mappings());
        } catch (MappingSyntaxException | IOException | DateTimeException problem) {
            err().println(problem.getMessage());
            return FAILED;
        }
    }

    abstract int run(Mappings mappings) throws IOException;

    CommandOptions options() {
        return options;
    }

    /** Reads a message from a file, or from the standard input for {@code -}. */
    static byte[] read(Path file) throws IOException {
        return file.toString().equals(STANDARD_INPUT) ? System.in.readAllBytes() : Files.readAllBytes(file);
    }

    /** Prints the reasons and fails. */
    int rejected(Rejected rejected) {
        rejected.reasons().forEach(reason -> err().println("Rejected: " + reason));
        return FAILED;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }
}
