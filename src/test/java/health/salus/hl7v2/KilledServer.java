package health.salus.hl7v2;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import java.util.Map;

/**
 * A server in a process of its own that stops for ever at a chosen step, so that it can be killed there. What it writes goes
 * into a table, in the transaction of the message, as the resources of the real store do.
 */
final class KilledServer {

    private KilledServer() {}

    /** Starts it: the URL of the database, and STORED, BEFORE_WRITE, AFTER_WRITE or NEVER. It prints its port. */
    public static void main(String[] arguments) throws Exception {
        Laboratory laboratory = Laboratory.reopen(
                new DriverManagerDataSource(arguments[0]), Laboratory.settings(Map.of()), new FakeResourceWriter());
        laboratory.writeToTable(step -> stopAt(step, arguments[1]));
        laboratory.onStored = () -> stopAt("STORED", arguments[1]);
        laboratory.worker.start();
        System.out.println("PORT " + laboratory.server.port());
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void stopAt(String step, String wanted) {
        if (step.equals(wanted)) {
            System.out.println("AT " + step);
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException never) {
                throw new IllegalStateException(never);
            }
        }
    }

    /** Makes the table that stands for the FHIR store. */
    static void makeTable(JdbcClient database) {
        database.sql("CREATE TABLE IF NOT EXISTS written (control_id text)").update();
        database.sql("DELETE FROM written").update();
    }
}
