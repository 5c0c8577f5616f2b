package health.salus.blob;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** The tables of the catalog on a PostgreSQL of their own, with the tenants north and south. */
record Catalog(EmbeddedPostgres server, JdbcClient database, PlatformTransactionManager transactions)
        implements AutoCloseable {

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
        database.sql("TRUNCATE salus_blob, salus_blob_ref, salus_blob_object, salus_blob_usage")
                .update();
    }

    Blobs blobs(BlobStore store) {
        return new Blobs(rows(), new BlobReferences(database, transactions), store, usage());
    }

    BlobUsage usage() {
        return new BlobUsage(database, transactions);
    }

    BlobCatalog rows() {
        return new BlobCatalog(database, transactions);
    }

    BlobSweep sweep(BlobStore store, Duration grace) {
        return new BlobSweep(
                new SweepRows(database, transactions),
                store,
                new BlobSettings(grace, grace, Duration.ofHours(1), null),
                new SimpleMeterRegistry());
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
