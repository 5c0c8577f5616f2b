package health.salus.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A PostgreSQL server that Salus starts, keeps its data on disk and stops: what a newcomer gets without installing
 * anything.
 *
 * <p>It listens on a free loopback port and asks for a password, so that other accounts of the machine cannot read it.
 */
final class EmbeddedDatabase implements Closeable {

    static final String USER = "postgres";
    static final String NAME = "postgres";

    // The files of one major version cannot be opened by another.
    private static final String MAJOR_VERSION = "18";

    private static final String BINARIES = "binaries";

    private final EmbeddedPostgres server;
    private final ClusterPassword password;
    private final DirectoryLock lock;

    private EmbeddedDatabase(EmbeddedPostgres server, ClusterPassword password, DirectoryLock lock) {
        this.server = server;
        this.password = password;
        this.lock = lock;
    }

    /**
     * Starts the server on the cluster in {@code directory}, which is made first if there is none.
     *
     * @param directory    where the cluster and the unpacked binaries live
     * @param passwordFile where its password is kept, readable by the owner only
     */
    static EmbeddedDatabase start(Path directory, Path passwordFile) {
        Path cluster = cluster(directory);
        try {
            PrivateFolder.create(directory);
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                return start(directory, cluster, ClusterPassword.loadOrCreate(passwordFile), lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded PostgreSQL does not start in " + cluster
                            + "; set SALUS_DB_URL to use another PostgreSQL",
                    e);
        }
    }

    /** Returns where the files of the server are, given the directory of {@link #start}. */
    static Path cluster(Path directory) {
        return directory.resolve(MAJOR_VERSION).toAbsolutePath();
    }

    private static EmbeddedDatabase start(Path directory, Path cluster, ClusterPassword password, DirectoryLock lock)
            throws IOException {
        new OrphanedServer(cluster, directory.resolve(BINARIES)).stop();
        ClusterFolder folder = new ClusterFolder(cluster);
        folder.prepare();
        EmbeddedPostgres server = builder(directory, cluster, password).start();
        try {
            password.require(server, cluster);
            folder.markReady();
            return new EmbeddedDatabase(server, password, lock);
        } catch (SQLException e) {
            server.close();
            throw new IOException("PostgreSQL refuses the password in data/keys", e);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static EmbeddedPostgres.Builder builder(Path directory, Path cluster, ClusterPassword password) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(cluster)
                .setCleanDataDirectory(false)
                // The binaries lie beside the data: in a shared temporary folder, another account could plant its own.
                .setOverrideWorkingDirectory(directory.resolve(BINARIES).toFile())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofMinutes(1))
                .setConnectConfig("password", password.value())
                // The library is made for tests and switches durability off; here every commit must be on disk.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("random_page_cost", "1.1");
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + NAME;
    }

    String password() {
        return password.value();
    }

    @Override
    public void close() throws IOException {
        server.close();
        lock.close();
    }
}
