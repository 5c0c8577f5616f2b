package health.salus.hl7v2;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import health.salus.mapping.Mappings;
import health.salus.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

import javax.net.ServerSocketFactory;
import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** The HL7 v2 interface with all its real parts, a real database, and a FHIR store that does what a test wants. */
final class Laboratory implements AutoCloseable {

    static final Mappings MAPPINGS = load();

    final HikariDataSource connections;
    final JdbcClient database;
    final MessageStore store;
    final FakeResourceWriter writer = new FakeResourceWriter();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final MessageWorker worker;
    final MllpServer server;

    private Laboratory(DataSource dataSource, Hl7v2Settings settings, ServerSocketFactory sockets) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(dataSource);
        pool.setMaximumPoolSize(4);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        connections = new HikariDataSource(pool);
        database = JdbcClient.create(connections);
        store = new MessageStore(database, settings.tenant(), settings.feed());
        MessageProcessor processor = new MessageProcessor(MAPPINGS, writer, ZoneId.of("Europe/Berlin"));
        worker = new MessageWorker(store, processor, settings.pollInterval(), settings.retryDelay(), meters);
        MessageReceiver receiver =
                new MessageReceiver(store, MAPPINGS, new Acknowledgment(Clock.systemUTC()), worker::wake, meters);
        server = new MllpServer(settings, receiver, sockets);
    }

    /** Opens the interface on an empty database. */
    static Laboratory open(DataSource dataSource) {
        return open(dataSource, settings(1_000_000, 10, Duration.ofSeconds(30)));
    }

    static Laboratory open(DataSource dataSource, Hl7v2Settings settings) {
        Flyway.configure().dataSource(dataSource).load().migrate();
        JdbcClient.create(dataSource).sql("DELETE FROM salus_hl7v2_message").update();
        return reopen(dataSource, settings);
    }

    /** Opens the interface on a database as it is. */
    static Laboratory reopen(DataSource dataSource, Hl7v2Settings settings) {
        return reopen(dataSource, settings, ServerSocketFactory.getDefault());
    }

    static Laboratory reopen(DataSource dataSource, Hl7v2Settings settings, ServerSocketFactory sockets) {
        Laboratory laboratory = new Laboratory(dataSource, settings, sockets);
        laboratory.server.start();
        return laboratory;
    }

    static Hl7v2Settings settings(int maxFrameSize, int maxConnections, Duration frameTimeout) {
        return new Hl7v2Settings(
                true,
                InetAddress.getLoopbackAddress(),
                0,
                List.of(),
                DataSize.ofBytes(maxFrameSize),
                maxConnections,
                frameTimeout,
                "lab",
                TenantId.DEFAULT,
                null,
                null,
                Duration.ofMillis(100),
                Duration.ofMillis(10));
    }

    MllpClient connect() throws IOException {
        return new MllpClient(server.port());
    }

    List<Map<String, Object>> rows() {
        return database.sql("SELECT * FROM salus_hl7v2_message ORDER BY id")
                .query()
                .listOfRows();
    }

    /** Reads one column of all messages in the order of their arrival. */
    List<Object> column(String name) {
        return rows().stream().map(row -> row.get(name)).toList();
    }

    /** A small result that maps to something. */
    static String result(String controlId) {
        return result(controlId, "4.1");
    }

    static String result(String controlId, String value) {
        return "MSH|^~\\&|LABSYS|CITYLAB|SALUS|CITYHOSPITAL|20260301103015||ORU^R01^ORU_R01|" + controlId
                + "|P|2.5.1||||||UNICODE UTF-8\r"
                + "PID|1||4711^^^CITYHOSPITAL^MR||Müstermann^Erika\r"
                + "OBR|1|PL-1|CL-1|CHEM^Chemistry^L|||20260301083000||||||||||||||||||F\r"
                + "OBX|1|NM|K^Potassium^L||" + value + "|mmol/L|||||F\r";
    }

    @Override
    public void close() {
        server.stop();
        worker.stop();
        connections.close();
    }

    private static Mappings load() {
        try {
            return Mappings.load("file:hl7-mappings");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
