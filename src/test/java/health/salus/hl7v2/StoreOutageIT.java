package health.salus.hl7v2;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import static health.salus.hl7v2.Laboratory.result;
import static org.assertj.core.api.Assertions.assertThat;

/** What is not on disk is not acknowledged, and what was acknowledged survives. */
class StoreOutageIT {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path data;

    @Test
    void senderIsAskedToSendAgainWhileTheDatabaseIsDownAndNothingIsLost() throws Exception {
        EmbeddedPostgres postgres = start(0);
        int port = postgres.getPort();
        try (Laboratory laboratory = Laboratory.open(postgres.getPostgresDatabase());
                MllpClient client = laboratory.connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");

            postgres.close();
            assertThat(client.ask(result("M2")))
                    .contains("MSA|AR|M2|The message could not be stored; send it again")
                    .contains("ERR|||207^Application internal error^HL70357|E|");
            assertThat(client.ask(result("M3").replace("|2.5.1||||||", "|2.5.1|||AL|NE||")))
                    .contains("MSA|CR|M3|");

            postgres = start(port);
            assertThat(laboratory.column("control_id")).containsExactly("M1");
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");

            // The server is killed here: the worker never ran. Another one finds what was acknowledged.
        }
        Hl7v2Settings settings = Laboratory.settings(10_000, 2, Duration.ofSeconds(30));
        try (Laboratory next = Laboratory.reopen(postgres.getPostgresDatabase(), settings)) {
            next.worker.start();
            MessageWorkerIT.await(() -> next.column("state").equals(List.of("PROCESSED", "PROCESSED")));
            assertThat(next.writer.written).containsExactly("M1", "M2");
        }
        postgres.close();
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data.resolve("db")).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }
}
