package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.Scanners;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The tables of the catalog on a PostgreSQL of their own, with the tenants north and south. */
record Catalog(EmbeddedPostgres server, JdbcClient database, PlatformTransactionManager transactions)
        implements AutoCloseable {

    private static final ContentScanner NO_SCANNER = Scanners.none();

    static Catalog start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder().start();
            DataSource source = server.getPostgresDatabase();
            Flyway.configure().dataSource(source).load().migrate();
            JdbcClient database = JdbcClient.create(source);
            database.sql("INSERT INTO salus_tenant (id) VALUES ('north'), ('south')")
                    .update();
            return new Catalog(server, database, new JdbcTransactionManager(source));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void empty() {
        database.sql("TRUNCATE salus_blob, salus_blob_ref, salus_blob_object, salus_blob_usage, salus_blob_key")
                .update();
    }

    Blobs blobs(BlobStore store) {
        return blobs(store, NO_SCANNER);
    }

    Blobs blobs(BlobStore store, ContentScanner scanner) {
        return blobs(database, transactions, store, usage(), scanner);
    }

    Blobs blobs(BlobStore store, BlobUsage usage) {
        return blobs(database, transactions, store, usage, NO_SCANNER);
    }

    static Blobs blobs(JdbcClient database, PlatformTransactionManager transactions, BlobStore store) {
        return blobs(database, transactions, store, new BlobUsage(database, transactions), NO_SCANNER);
    }

    Blobs blobs(BlobStore store, TenantKeys keys) {
        return blobs(database, transactions, store, usage(), NO_SCANNER, keys);
    }

    private static Blobs blobs(
            JdbcClient database,
            PlatformTransactionManager transactions,
            BlobStore store,
            BlobUsage usage,
            ContentScanner scanner) {
        return blobs(
                database,
                transactions,
                store,
                usage,
                scanner,
                keys(database, transactions, Map.of(), Path.of("/dev/null")));
    }

    private static Blobs blobs(
            JdbcClient database,
            PlatformTransactionManager transactions,
            BlobStore store,
            BlobUsage usage,
            ContentScanner scanner,
            TenantKeys keys) {
        BlobCatalog rows = new BlobCatalog(database, transactions, scanner);
        return new Blobs(
                rows,
                new BlobReferences(database, transactions),
                new BlobIntake(rows, store, usage, scanner, keys),
                new ObjectReader(rows, store, keys),
                store,
                usage);
    }

    private BlobIntake intake(BlobStore store, ContentScanner scanner) {
        return new BlobIntake(rows(), store, usage(), scanner, noKeys());
    }

    BlobUsage usage() {
        return new BlobUsage(database, transactions);
    }

    BlobCatalog rows() {
        return rows(NO_SCANNER);
    }

    private BlobCatalog rows(ContentScanner scanner) {
        return new BlobCatalog(database, transactions, scanner);
    }

    BlobSweep sweep(BlobStore store, Duration grace) {
        return new BlobSweep(new SweepRows(database, transactions), store, settings(grace), new SimpleMeterRegistry());
    }

    /** The default settings, but that nothing is kept for longer than this. */
    static BlobSettings settings(Duration grace) {
        return settings(Map.of("salus.blob.grace", grace.toString(), "salus.blob.staging-age", grace.toString()));
    }

    static BlobSettings settings(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("salus.blob", BlobSettings.class);
    }

    /** The keys as a server has them that starts with these settings and this data directory. */
    TenantKeys keys(Map<String, String> settings, Path directory) {
        TenantKeys keys = keys(database, transactions, settings, directory);
        keys.open();
        return keys;
    }

    private static TenantKeys keys(
            JdbcClient database,
            PlatformTransactionManager transactions,
            Map<String, String> settings,
            Path directory) {
        return new TenantKeys(database, transactions, settings(settings), directory);
    }

    TenantKeys noKeys() {
        return keys(database, transactions, Map.of(), Path.of("/dev/null"));
    }

    Staging staging(BlobStore store, TenantKeys keys) {
        return new Staging(
                rows(),
                new BlobIntake(rows(), store, usage(), NO_SCANNER, keys),
                store,
                new ContentTypes(settings(Map.of())),
                NO_SCANNER,
                keys);
    }

    Staging staging(BlobStore store) {
        return staging(store, NO_SCANNER);
    }

    Staging staging(BlobStore store, ContentScanner scanner) {
        return new Staging(
                rows(), intake(store, scanner), store, new ContentTypes(settings(Map.of())), scanner, noKeys());
    }

    BlobArchive archive(BlobStore store) {
        return new BlobArchive(archiveRows(), store);
    }

    ArchiveRows archiveRows() {
        return new ArchiveRows(database);
    }

    PendingScans pendingScans(BlobStore store, ContentScanner scanner) {
        return new PendingScans(new ScanRows(database), lateScan(store, scanner, noKeys()), new SimpleMeterRegistry());
    }

    UnseenContent unseenContent(BlobStore store, ContentScanner scanner, TenantKeys keys, MeterRegistry meters) {
        return new UnseenContent(new ScanRows(database), lateScan(store, scanner, keys), Duration.ofMinutes(1), meters);
    }

    private LateScan lateScan(BlobStore store, ContentScanner scanner, TenantKeys keys) {
        BlobCatalog rows = rows(scanner);
        return new LateScan(new ScanRows(database), rows, new ObjectReader(rows, store, keys), scanner, usage());
    }

    void refer(StoredBlob blob, BlobOwner owner) {
        Blobs anyStore = blobs(new FilesystemBlobStore(Path.of("/dev/null")));
        new TransactionTemplate(transactions)
                .executeWithoutResult(status -> anyStore.refer(blob.tenant(), blob.id(), owner));
    }

    int objects(String state) {
        return database.sql("SELECT count(*) FROM salus_blob_object WHERE state = :state")
                .param("state", state)
                .query(Integer.class)
                .single();
    }

    int count(String table) {
        return database.sql("SELECT count(*) FROM " + table)
                .query(Integer.class)
                .single();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
