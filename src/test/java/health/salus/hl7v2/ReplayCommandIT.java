package health.salus.hl7v2;

import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code hl7v2 replay}, beside a running server. */
class ReplayCommandIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String name = "RPL" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @BeforeEach
    void sendResult() {
        messages.process(result("1", "4.1"));
    }

    @Test
    void dryRunOfAMessageThatTheStoreFollowsChangesNothing() {
        assertThat(run("--dry-run", id("1"))).isZero();

        assertThat(out.toString())
                .contains("ORU^R01: PROCESSED -> PROCESSED")
                .contains("  skip " + observation().getIdElement().toUnqualifiedVersionless())
                .contains("1 messages, 0 of them change something: 0 resources to create, 0 to update, 5 to leave");
    }

    @Test
    void dryRunShowsEachDifferenceAndWritesNothingThenReplayWritesIt() {
        client.put("/" + observation().getIdElement().toUnqualifiedVersionless(), changed());
        long audited = audited();

        assertThat(run("--dry-run", "--control-id", name + "1")).isZero();

        assertThat(out.toString())
                .contains("  update " + observation().getIdElement().toUnqualifiedVersionless())
                .contains("    /valueQuantity/value: 9.9 -> 4.1")
                .contains("1 messages, 1 of them change something: 0 resources to create, 1 to update, 4 to leave");
        assertThat(observation().getMeta().getVersionId()).isEqualTo("2");
        assertThat(audited()).isEqualTo(audited);

        assertThat(run(id("1"))).isZero();
        messages.awaitDone("1");

        assertThat(out.toString()).contains("1 messages wait to be processed again");
        assertThat(observation().getMeta().getVersionId()).isEqualTo("3");
        assertThat(observation().getValueQuantity().getValue()).isEqualByComparingTo("4.1");
        assertThat(audited()).isEqualTo(audited + 1);
    }

    @Test
    void dryRunSaysWhyAMessageWouldBeParked() {
        messages.process(result("2", "4.2").replace("|MRN-" + name, "|MRN-" + name + "-OTHER"));

        assertThat(run("--dry-run", "--patient", "MRN-" + name + "-OTHER")).isZero();

        assertThat(out.toString())
                .contains("PARKED -> PARKED")
                .contains("  reason: The Observation with this number belongs to another patient");
    }

    @Test
    void messagesThatDoNotExistOrThatNobodyChoseAreRefused() {
        assertThat(run("--dry-run", "999999999")).isEqualTo(1);
        assertThat(run("999999999")).isEqualTo(1);
        assertThat(run("--tenant", "north", "--dry-run", id("1"))).isEqualTo(1);
        assertThat(errors.toString()).contains("there is no such message");
        assertThat(run("--dry-run")).isEqualTo(2);
        assertThat(errors.toString()).contains("Say which messages");
    }

    private int run(String... arguments) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "server",
                        Map.of(
                                "salus.data-dir",
                                server.dataDirectory().toString(),
                                "salus.hl7v2.mappings",
                                server.property("salus.hl7v2.mappings"))));
        return new CommandLine(new ReplayCommand(() -> environment))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }

    private long audited() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_audit_event WHERE content LIKE '%hl7v2 replay%' AND content LIKE :id")
                .param("id", "%\"requestId\":\"" + id("1") + "\"%")
                .query(Long.class)
                .single();
    }

    private String id(String number) {
        return String.valueOf(messages.row(number).get("id"));
    }

    private Observation changed() {
        Observation changed = observation();
        changed.getValueQuantity().setValue(new BigDecimal("9.9"));
        return changed;
    }

    private Observation observation() {
        List<?> found = client.search("/Observation?subject:Patient.identifier="
                + FhirClient.encode("urn:x-hl7v2:CITYLAB:CITYHOSPITAL|MRN-" + name));
        assertThat(found).hasSize(1);
        return (Observation) found.get(0);
    }

    private String result(String number, String value) {
        return "MSH|^~\\&|LABSYS|CITYLAB|SALUS|CITYHOSPITAL|202603011000||ORU^R01^ORU_R01|" + name + number
                + "|P|2.5.1||||||UNICODE UTF-8\r"
                + "PID|1||MRN-" + name + "^^^CITYHOSPITAL^MR||Muster^Max\r"
                + "OBR|1|PL-" + name + "|CL-" + name + "|CHEM^Chemistry^L|||20260301083000||||||||||||||||||F\r"
                + "OBX|1|NM|K^Potassium^L||" + value + "|mmol/L|||||F\r";
    }
}
