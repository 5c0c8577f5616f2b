package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A catalog on a real PostgreSQL, above a store of files. */
abstract class BlobCatalogTest {

    static final TenantId NORTH = new TenantId("north");
    static final TenantId SOUTH = new TenantId("south");
    static final BlobOwner OWNER = new BlobOwner("DocumentReference", "report", 1);
    static final BlobContent ABC = BlobContent.of("abc".getBytes(UTF_8));

    static Catalog catalog;
    static JdbcClient database;
    static PlatformTransactionManager transactions;

    @TempDir
    Path directory;

    FilesystemBlobStore store;
    Blobs blobs;

    @BeforeAll
    static void startDatabase() {
        catalog = Catalog.start();
        database = catalog.database();
        transactions = catalog.transactions();
    }

    @AfterAll
    static void stopDatabase() {
        catalog.close();
    }

    @BeforeEach
    void startEmpty() {
        catalog.empty();
        store = new FilesystemBlobStore(directory);
        blobs = blobs(store);
    }

    static Blobs blobs(BlobStore store) {
        return catalog.blobs(store);
    }

    static void inTransaction(Action action) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> action.runUnchecked());
    }

    static void rolledBack(Action action) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            action.runUnchecked();
            status.setRollbackOnly();
        });
    }

    static int rows(String state) {
        return database.sql("SELECT count(*) FROM salus_blob_object WHERE state = :state")
                .param("state", state)
                .query(Integer.class)
                .single();
    }

    List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    static String read(InputStream stream) throws IOException {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(UTF_8));
    }

    interface Action {
        void run() throws Exception;

        default void runUnchecked() {
            try {
                run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
