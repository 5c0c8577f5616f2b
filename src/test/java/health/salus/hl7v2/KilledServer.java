package health.salus.hl7v2;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import javax.sql.DataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * A server in a process of its own that stops for ever at a chosen step, so that it can be killed there. What it writes goes
 * into a table, in the transaction of the message, as the resources of the real store do.
 */
final class KilledServer {

    /** Where it stops, in the order of a message's way. */
    enum Step {
        /** The frame is whole, and nothing of it is stored. */
        BEFORE_STORE,
        /** The message is stored, and its sender has no answer. */
        STORED,
        /** The sender has its answer, and no worker has begun. */
        ACKNOWLEDGED,
        /** A worker has the message and has mapped it. */
        BEFORE_WRITE,
        /** The resources are written in the open transaction. */
        AFTER_WRITE,
        /** The state is noted as well; the commit is about to be sent. */
        BEFORE_COMMIT,
        /** The transaction is committed, and the worker does not know it yet. */
        COMMITTED,
        /** It never stops. */
        NEVER;

        /** Tells whether the sender has got its answer by then. */
        boolean isAnswered() {
            return compareTo(ACKNOWLEDGED) >= 0;
        }
    }

    private final Step wanted;
    private volatile boolean noted;

    private KilledServer(Step wanted) {
        this.wanted = wanted;
    }

    /** Starts it: the URL of the database, and a step. It prints its port. */
    public static void main(String[] arguments) throws Exception {
        new KilledServer(Step.valueOf(arguments[1])).run(new DriverManagerDataSource(arguments[0]));
    }

    private void run(DataSource database) throws InterruptedException {
        Laboratory laboratory =
                Laboratory.reopen(watched(database), Laboratory.settings(Map.of()), new FakeResourceWriter());
        laboratory.writeToTable(step -> stopAt(Step.valueOf(step)));
        laboratory.onStored = () -> stopAt(Step.STORED);
        if (wanted != Step.ACKNOWLEDGED) {
            laboratory.worker.start();
        }
        System.out.println("PORT " + laboratory.server.port());
        Thread.sleep(Long.MAX_VALUE);
    }

    private DataSource watched(DataSource database) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(
                        KilledServer.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, values) -> watch(connection, method, values));
            }
        };
    }

    private Object watch(Connection connection, Method method, Object[] values) throws Throwable {
        String sql = method.getName().equals("prepareStatement") ? (String) values[0] : "";
        if (sql.contains("INSERT INTO salus_hl7v2_message ")) {
            stopAt(Step.BEFORE_STORE);
        }
        noted |= sql.contains("processed_at = now()");
        boolean commit = noted && method.getName().equals("commit");
        if (commit) {
            stopAt(Step.BEFORE_COMMIT);
        }
        try {
            return method.invoke(connection, values);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        } finally {
            if (commit) {
                stopAt(Step.COMMITTED);
            }
        }
    }

    private void stopAt(Step step) {
        if (step == wanted) {
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
