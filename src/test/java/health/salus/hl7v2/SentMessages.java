package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import health.salus.testing.TestServer;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages that a test sends to a whole server.
 *
 * @param name begins all their control ids
 */
record SentMessages(TestServer server, String name) {

    /** Sends messages, each after the one before it was processed or parked. */
    void process(String... messages) {
        for (String message : messages) {
            send(message);
            awaitDone(message.split("\\|")[9].substring(name.length()));
        }
    }

    void send(String message) {
        try (MllpClient sender = new MllpClient(server.mllpPort())) {
            assertThat(sender.ask(message)).contains("MSA|AA|" + name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Lets a message be processed again. */
    void replay(String number) {
        server.bean(MessageCatalog.class)
                .replay(TenantId.DEFAULT, (Long) row(number).get("id"), null);
        server.bean(MessageWorkers.class).wake();
        awaitDone(number);
    }

    void awaitDone(String number) {
        try {
            MessageWorkerIT.await(() -> !row(number).get("state").equals("RECEIVED"));
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** What the server keeps of a message. */
    Map<String, Object> row(String number) {
        return server.bean(JdbcClient.class)
                .sql("SELECT * FROM salus_hl7v2_message WHERE control_id = :id")
                .param("id", name + number)
                .query()
                .singleRow();
    }
}
