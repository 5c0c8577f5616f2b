package health.salus.blob;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.BadSqlGrammarException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** {@code blob reconcile}: compares the catalog with the store and prints how they differ; repairs nothing. */
@Command(
        name = "reconcile",
        description = {
            "Compares the catalog of attachments with the store, both ways, and prints the differences. Repairs nothing.",
            "Takes the settings of the server (SALUS_*), which may go on working meanwhile.",
            "Exit code 0: they agree. 1: they differ, or could not be compared."
        },
        mixinStandardHelpOptions = true)
public final class ReconcileCommand implements Callable<Integer> {

    private final Supplier<ConfigurableApplicationContext> context;

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** @param context makes a context with the beans of this package and a database; the command closes it */
    public ReconcileCommand(Supplier<ConfigurableApplicationContext> context) {
        this.context = context;
    }

    /** Returns 0 if catalog and store agree, else 1. */
    @Override
    public Integer call() {
        try (ConfigurableApplicationContext beans = context.get()) {
            ReconciliationReport report = beans.getBean(Reconciliation.class).run();
            print(report);
            return report.isClean() ? 0 : 1;
        } catch (BadSqlGrammarException e) {
            return fail("The database has no tables of this version; start the server once", e);
        } catch (SQLException | RuntimeException e) {
            return fail("Not compared", e);
        }
    }

    private void print(ReconciliationReport report) {
        PrintWriter out = command.commandLine().getOut();
        out.println("objects in the store: " + report.objects());
        print(out, "missing", report.missing());
        print(out, "damaged", report.damaged());
        print(out, "unknown", report.unknown());
        print(out, "found again", report.found());
    }

    private static void print(PrintWriter out, String what, List<String> keys) {
        out.println(what + ": " + keys.size());
        keys.forEach(key -> out.println("  " + key));
    }

    private int fail(String what, Exception cause) {
        command.commandLine()
                .getErr()
                .println(what + ": "
                        + NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        return 1;
    }
}
