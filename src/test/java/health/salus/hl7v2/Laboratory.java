package health.salus.hl7v2;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import health.salus.audit.AuditEntry;
import health.salus.mapping.LiveMappings;
import health.salus.mapping.Mappings;
import health.salus.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import javax.net.ServerSocketFactory;
import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The HL7 v2 interface with all its real parts, a real database, and a FHIR store that does what a test wants. */
final class Laboratory implements AutoCloseable {

    static final Mappings MAPPINGS = load();

    final HikariDataSource connections;
    final JdbcClient database;
    final MessageStore store;
    final FakeResourceWriter writer;
    /** What happens after a message was stored and before it is answered. */
    volatile Runnable onStored = () -> {};

    /** Which tenants are in service. */
    volatile Predicate<TenantId> inService = it -> true;

    /** What happens when something is to be written to the audit trail. */
    volatile Consumer<AuditEntry> onRecorded = entry -> {};

    /** The rules in force. */
    volatile Mappings mappings = MAPPINGS;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final MessageWorkers worker;
    final MllpServer server;
    final MllpListeners listeners;
    final FeedMonitor monitor;
    final ReceiverFactory receivers;
    final Feeds feeds;

    private Laboratory(
            DataSource dataSource, Hl7v2Settings settings, ServerSocketFactory sockets, FakeResourceWriter writer) {
        this.writer = writer;
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(dataSource);
        pool.setMaximumPoolSize(6);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        connections = new HikariDataSource(pool);
        database = JdbcClient.create(connections);
        store = new MessageStore(database);
        feeds = Feeds.of(settings);
        monitor = new FeedMonitor(database, feeds, Clock.systemUTC(), meters);
        WrittenResources written = new WrittenResources(database);
        EmptyStore nothing = new EmptyStore();
        MessageProcessor processor = new MessageProcessor(
                new MessageRules(() -> mappings, new MappingHistory(database)),
                feeds,
                new MessageWriter(
                        new TransactionPlanner(nothing, written), new PatientJoins(nothing, 10), writer, written),
                new MessageAudit(entry -> onRecorded.accept(entry)),
                new UnmappedCodes(database));
        Set<Long> busy = ConcurrentHashMap.newKeySet();
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(connections));
        worker = new MessageWorkers(
                () -> new MessageWorker(store, processor, transactions, settings.retryDelay(), busy, meters),
                settings.workers(),
                settings.pollInterval(),
                settings.retryDelay());
        ListenerSettings listener = feeds.listeners().get(0);
        receivers = of ->
                new MessageReceiver(store, () -> mappings, of, it -> inService.test(it), this::noteStored, meters);
        MessageReceiver receiver = receivers.receiver(listener.feeds());
        IntakeGate gate = new IntakeGate(store, settings.maxWaiting());
        server = new MllpServer(
                listener, Connections.of(listener, receiver, gate, settings, new DefaultSslBundleRegistry()), sockets);
        listeners = new MllpListeners(List.of(server));
    }

    private void noteStored() {
        onStored.run();
        worker.wake();
    }

    /** Lets what is written go into the table {@code written}, in the transaction of its message, step by step. */
    void writeToTable(Consumer<String> step) {
        writer.before = controlId -> {
            step.accept("BEFORE_WRITE");
            database.sql("INSERT INTO written VALUES (:id)")
                    .param("id", controlId)
                    .update();
            step.accept("AFTER_WRITE");
        };
    }

    /** Opens the interface on an empty database. */
    static Laboratory open(DataSource dataSource) {
        return open(dataSource, settings(1_000_000, 10, Duration.ofSeconds(30)));
    }

    static Laboratory open(DataSource dataSource, Hl7v2Settings settings) {
        Flyway.configure().dataSource(dataSource).load().migrate();
        JdbcClient.create(dataSource)
                .sql(
                        "TRUNCATE salus_hl7v2_message, salus_hl7v2_subject, salus_hl7v2_written, salus_hl7v2_unmapped_code")
                .update();
        return reopen(dataSource, settings);
    }

    /** Opens the interface on a database as it is. */
    static Laboratory reopen(DataSource dataSource, Hl7v2Settings settings) {
        return reopen(dataSource, settings, ServerSocketFactory.getDefault());
    }

    static Laboratory reopen(DataSource dataSource, Hl7v2Settings settings, ServerSocketFactory sockets) {
        return start(new Laboratory(dataSource, settings, sockets, new FakeResourceWriter()));
    }

    /** Opens the interface on a database as it is, before a FHIR store that others may use too. */
    static Laboratory reopen(DataSource dataSource, Hl7v2Settings settings, FakeResourceWriter writer) {
        return start(new Laboratory(dataSource, settings, ServerSocketFactory.getDefault(), writer));
    }

    private static Laboratory start(Laboratory laboratory) {
        laboratory.server.start();
        return laboratory;
    }

    static Hl7v2Settings settings(int maxFrameSize, int maxConnections, Duration frameTimeout) {
        return settings(Map.of(
                "max-frame-size", maxFrameSize + "B",
                "max-connections", String.valueOf(maxConnections),
                "frame-timeout", frameTimeout.toMillis() + "ms"));
    }

    /** The defaults, made for tests, with some of them changed. */
    static Hl7v2Settings settings(Map<String, String> changes) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "port", "0",
                "poll-interval", "100ms",
                "retry-delay", "10ms",
                "zone", "Europe/Berlin",
                "workers", "2"));
        properties.putAll(changes);
        Map<String, String> named = new HashMap<>();
        properties.forEach((key, value) -> named.put("salus.hl7v2." + key, value));
        return new Binder(new MapConfigurationPropertySource(named)).bindOrCreate("salus.hl7v2", Hl7v2Settings.class);
    }

    /** Tells of its worker threads and ports. */
    Hl7v2Health health() {
        return new Hl7v2Health(
                worker, listeners, monitor, () -> new LiveMappings.State(mappings, Instant.EPOCH, Optional.empty()));
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

    /** A small result of a patient. */
    static String resultOf(String patient, String controlId) {
        return result(controlId).replace("4711", patient).replace("PL-1|CL-1", "PL-" + patient + "|CL-" + patient);
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
