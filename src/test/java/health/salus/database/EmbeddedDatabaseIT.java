package health.salus.database;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The PostgreSQL that Salus starts keeps what it was told, and keeps it to itself. */
class EmbeddedDatabaseIT {

    @TempDir
    Path data;

    @Test
    void dataSurvivesARestart() throws Exception {
        try (EmbeddedDatabase database = start()) {
            query(database, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (EmbeddedDatabase database = start()) {
            assertThat(query(database, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void commitsAreOnDiskBeforeTheyAreConfirmed() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThat(query(database, "SHOW fsync")).isEqualTo("on");
            assertThat(query(database, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(database, "SHOW full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void nobodyEntersWithoutThePassword() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, "guessed"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
        }
    }

    @Test
    void noOtherAccountReachesItsFiles() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgres"))))
                    .isEqualTo("rwx------");
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void secondServerOnTheSameFolderIsRefused() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThatThrownBy(this::start)
                    .hasRootCauseMessage("Another Salus uses " + data.resolve("postgres")
                            + "; set SALUS_DATA_DIR to use another folder");
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void serverWhoseProcessWasKilledStartsAgainWithItsData() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Abandoned.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(other.inputReader().lines().anyMatch("ready"::equals)).isTrue();
        other.destroyForcibly().waitFor();

        try (EmbeddedDatabase database = start()) {
            assertThat(query(database, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void clusterThatWasCutOffWhileItWasMadeIsMadeAgain() throws Exception {
        Path cluster =
                Files.createDirectories(data.resolve("postgres/18/global")).getParent();
        Files.writeString(cluster.resolve("postgresql.conf"), "# cut off");
        Files.writeString(cluster.resolve("pg_hba.conf"), "local all all trust");

        try (EmbeddedDatabase database = start()) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
        assertThat(cluster.resolve("salus-ready")).exists();
    }

    @Test
    void completeClusterWithoutAMarkIsKeptAndMarked() throws Exception {
        Path mark = data.resolve("postgres/18/salus-ready");
        try (EmbeddedDatabase database = start()) {
            query(database, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        Files.delete(mark);

        try (EmbeddedDatabase database = start()) {
            assertThat(query(database, "SELECT answer FROM kept")).isEqualTo("42");
        }
        assertThat(mark).exists();
    }

    @Test
    void markedClusterWithOtherAccessRulesIsKept() throws Exception {
        try (EmbeddedDatabase database = start()) {
            query(database, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        Files.writeString(data.resolve("postgres/18/pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");

        try (EmbeddedDatabase database = start()) {
            assertThat(query(database, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    private EmbeddedDatabase start() {
        return start(data);
    }

    private static EmbeddedDatabase start(Path data) {
        return EmbeddedDatabase.start(
                data.resolve("postgres"), data.resolve("keys").resolve("postgres.password"));
    }

    private static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getString(1);
            }
        }
    }

    /** A process that starts the database, writes, and never stops it. */
    static final class Abandoned {

        private Abandoned() {}

        public static void main(String[] arguments) throws SQLException, IOException {
            EmbeddedDatabase database = start(Path.of(arguments[0]));
            query(database, "CREATE TABLE kept AS SELECT 42 AS answer");
            System.out.println("ready");
            System.in.read();
        }
    }
}
