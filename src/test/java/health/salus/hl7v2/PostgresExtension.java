package health.salus.hl7v2;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import javax.sql.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Gives each test an HL7 v2 interface on an empty database; the tests of this process share one PostgreSQL. */
final class PostgresExtension implements BeforeEachCallback, AfterEachCallback {

    private Laboratory laboratory = null;

    @Override
    public void beforeEach(ExtensionContext context) {
        laboratory = Laboratory.open(dataSource());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        laboratory.close();
    }

    Laboratory laboratory() {
        return laboratory;
    }

    /** Opens the interface anew, on an empty database, with other settings. */
    Laboratory reopen(Hl7v2Settings settings) {
        laboratory.close();
        laboratory = Laboratory.open(dataSource(), settings);
        return laboratory;
    }

    /** Takes over what a test made; it is closed after the test. */
    Laboratory use(Laboratory other) {
        laboratory = other;
        return other;
    }

    static DataSource dataSource() {
        return Shared.POSTGRES.getPostgresDatabase();
    }

    private static final class Shared {

        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                // It stops with the process.
                return EmbeddedPostgres.builder().start();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
