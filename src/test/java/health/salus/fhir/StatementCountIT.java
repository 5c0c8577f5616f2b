package health.salus.fhir;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import static org.assertj.core.api.Assertions.assertThat;

/** How many statements the server prepares for a request. A number that grows here is paid by every request. */
class StatementCountIT {

    /** Whether the token still counts is asked once for each request, so that revocation takes effect at once. */
    private static final int TOKEN = 1;

    /** What a tenant is like is asked again after a while, by whichever request comes then: no cost of this one. */
    private static final String ONCE_IN_A_WHILE = "FROM salus_tenant WHERE id = ?";

    private static final String HIBERNATE = "org.hibernate.SQL";
    private static final String SPRING = "org.springframework.jdbc.core.JdbcTemplate";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final Statements statements = new Statements();

    @BeforeEach
    void listen() {
        client.search("/Observation?patient=" + patient().getIdPart());
        for (String name : List.of(HIBERNATE, SPRING)) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
            logger.addAppender(statements);
        }
        statements.start();
    }

    @AfterEach
    void stopListening() {
        for (String name : List.of(HIBERNATE, SPRING)) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(null);
            logger.setAdditive(true);
            logger.detachAppender(statements);
        }
    }

    @Test
    void readAndVreadTakeOneStatementBesideTheTokens() {
        IdType id = patient();

        statements.take();
        client.get("/" + id.getValue());
        assertThat(statements.take()).hasSize(1 + TOKEN);
        client.get("/" + id.getValue() + "/_history/1");
        assertThat(statements.take()).hasSize(1 + TOKEN);
    }

    @Test
    void searchOfOnePageTakesThreeStatementsBesideTheTokens() {
        IdType id = patient();
        client.create(Records.observation(id.getValue()));

        statements.take();
        client.search("/Observation?patient=" + id.getIdPart() + "&code=718-7");
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(3 + TOKEN);
    }

    @Test
    void firstAndLaterPagesTakeFourStatementsBesideTheTokens() {
        IdType id = patient();
        for (int i = 0; i < 3; i++) {
            client.create(Records.observation(id.getValue()));
        }

        statements.take();
        Bundle first = client.get("/Observation?patient=" + id.getIdPart() + "&_count=2")
                .resource(Bundle.class);
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(4 + TOKEN);
        client.get(first.getLink("next").getUrl());
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(4 + TOKEN);
    }

    @Test
    void includesAndRecordsAreNotStoredMatchByMatch() {
        IdType id = patient();
        for (int i = 0; i < 3; i++) {
            client.create(Records.observation(id.getValue()));
        }

        statements.take();
        client.get("/Observation?patient=" + id.getIdPart() + "&_include=Observation:patient");
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(4 + TOKEN);
        client.get("/" + id.getValue() + "/$everything?_count=2");
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(6 + TOKEN);
    }

    @Test
    void createTakesNoMoreStatementsThanTablesAndLookUps() {
        IdType id = patient();

        statements.take();
        client.create(Records.observation(id.getValue()));
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(18 + TOKEN);
    }

    @Test
    void transactionOfThirtyTakesFewerStatementsThanThirtyCreates() {
        IdType id = patient();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        for (int i = 0; i < 30; i++) {
            transaction
                    .addEntry()
                    .setResource(Records.observation(id.getValue()))
                    .getRequest()
                    .setMethod(HTTPVerb.POST)
                    .setUrl("Observation");
        }

        statements.take();
        client.post("/", transaction);
        assertThat(statements.take()).hasSizeLessThanOrEqualTo(30 * 14);
    }

    @Test
    void conditionsOfATransactionAreLookedForAtOnce() {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        for (int i = 0; i < 10; i++) {
            String value = UUID.randomUUID().toString();
            Patient patient = Records.patient("Bedingung");
            patient.addIdentifier().setSystem("urn:count").setValue(value);
            transaction
                    .addEntry()
                    .setResource(patient)
                    .getRequest()
                    .setMethod(HTTPVerb.POST)
                    .setUrl("Patient")
                    .setIfNoneExist("identifier=urn:count|" + value);
        }

        statements.take();
        client.post("/", transaction);
        assertThat(statements.take())
                .filteredOn(it -> it.matches("(?is)select.*from HFJ_SPIDX_TOKEN.*"))
                .hasSize(1);
    }

    private IdType patient() {
        return client.create(Records.patient("Zählung")).getIdElement().toUnqualifiedVersionless();
    }

    /** What is logged on the threads of requests; the server's own jobs go on beside them. */
    private static final class Statements extends AppenderBase<ILoggingEvent> {

        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String message = event.getFormattedMessage();
            boolean once =
                    event.getLoggerName().equals(HIBERNATE) || message.startsWith("Executing prepared SQL statement");
            if (once
                    && !message.contains(ONCE_IN_A_WHILE)
                    && event.getThreadName().startsWith("http-nio")) {
                seen.add(message);
            }
        }

        List<String> take() {
            List<String> taken = List.copyOf(seen);
            seen.clear();
            return taken;
        }
    }
}
