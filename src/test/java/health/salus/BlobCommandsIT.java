package health.salus;

import health.salus.testing.GivenPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Commands take the settings of the server, end with a code that scripts can use, and start no server. */
class BlobCommandsIT {

    private static GivenPostgres postgres;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startDatabase() {
        postgres = GivenPostgres.start();
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void giveSettings() {
        System.setProperty("salus.data-dir", directory.toString());
        System.setProperty("salus.db.url", postgres.url());
        System.setProperty("salus.db.user", GivenPostgres.USER);
        System.setProperty("salus.db.password", GivenPostgres.PASSWORD);
    }

    @AfterEach
    void takeSettingsBack() {
        System.getProperties().keySet().removeIf(it -> it.toString().startsWith("salus."));
    }

    @Test
    void reconcileComparesWhenThereIsACatalogAndFailsWhenThereIsNone() throws Exception {
        assertThat(Commands.run("blob", "reconcile")).isEqualTo(1);
        Flyway.configure()
                .dataSource(postgres.url(), GivenPostgres.USER, GivenPostgres.PASSWORD)
                .load()
                .migrate();

        assertThat(Commands.run("blob", "reconcile")).isZero();

        Files.writeString(Files.createDirectories(directory.resolve("blobs")).resolve("stray"), "x");
        assertThat(Commands.run("blob", "reconcile")).isEqualTo(1);
    }

    @Test
    void setupBucketNeedsABucketAndNoDatabase() {
        System.setProperty("salus.db.url", "jdbc:postgresql://127.0.0.1:1/none");

        assertThat(Commands.run("blob", "setup-bucket")).isEqualTo(1);
    }

    @Test
    void unknownCommandIsNotUnderstood() {
        assertThat(Commands.run("blob", "explode")).isEqualTo(2);
    }
}
