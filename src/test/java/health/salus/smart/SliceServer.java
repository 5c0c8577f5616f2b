package health.salus.smart;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A running authorization server with a database, and an app and people to use it; the FHIR API is not there. */
@SpringBootTest(
        classes = SliceServer.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "salus.public-url=http://salus.test",
            "salus.tenant.ids=north",
            "management.server.port=0",
            "logging.structured.format.console="
        })
abstract class SliceServer {

    static final String ISSUER = "http://salus.test";
    static final String BASE = ISSUER + "/fhir";
    static final String TOKEN_URL = ISSUER + "/oauth2/token";
    static final String LAUNCH = "openid fhirUser launch/patient patient/*.rs";

    // One folder for all classes of this kind, since they share one server.
    static final Path DATA = temporaryFolder();

    static final KeyPublisher PUBLISHED_KEYS = new KeyPublisher();

    private static List<DemoUser> people = List.of();

    @LocalServerPort
    int port;

    @Autowired
    DemoAccounts accounts;

    @Autowired
    Users users;

    @Autowired
    PasswordEncoder passwords;

    @Autowired
    JdbcClient database;

    DemoUser doctor;
    DemoUser patient;
    SmartApp app;

    @DynamicPropertySource
    static void dataFolder(DynamicPropertyRegistry properties) {
        properties.add("salus.data-dir", DATA::toString);
        properties.add("salus.auth.internal-key-hosts", PUBLISHED_KEYS::authority);
    }

    @BeforeEach
    void openAccounts() {
        // Hashing passwords takes long, so it is done for the first test only.
        if (people.isEmpty()) {
            people = accounts.ensure("pat-1", "doc-1");
        }
        doctor = people.get(1);
        patient = people.get(2);
        app = new SmartApp(port, "demo-app", BASE);
    }

    static DemoUser people(String name) {
        return people.stream()
                .filter(it -> it.username().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // There is no FHIR API behind the gate here, so whoever is let in finds nothing.
    boolean isLetIn(String path, String token) {
        int status =
                new Browser(port).get(path, "Authorization", "Bearer " + token).statusCode();
        assertThat(status).isIn(401, 404);
        return status == 404;
    }

    private static Path temporaryFolder() {
        try {
            Path folder = Files.createTempDirectory("salus-slice");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Not a @Configuration: the whole server looks for those in this package and must not find this one.
    @EnableAutoConfiguration
    @ComponentScan({"health.salus.smart", "health.salus.tenant"})
    static class Slice {

        @Bean(destroyMethod = "close")
        EmbeddedPostgres postgres() throws IOException {
            return EmbeddedPostgres.builder().start();
        }

        @Bean
        DataSource dataSource(EmbeddedPostgres postgres) {
            return postgres.getPostgresDatabase();
        }
    }
}
