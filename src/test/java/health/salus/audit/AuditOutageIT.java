package health.salus.audit;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

/** While the trail cannot be written, nothing is answered but that it cannot. */
class AuditOutageIT {

    private static final TestServer SERVER = TestServer.shared();

    private final FhirClient staff =
            FhirClient.withToken(SERVER.fhirBase(), new TestTokens(SERVER).of(Role.PRACTITIONER, null, "user/*.cruds"));
    private final Trail trail = new Trail(SERVER);
    private final String id = Trail.newId();
    private String patient;
    private String attachment;

    @BeforeEach
    void takeTheTrailAway() {
        patient = staff.create(Records.patient("Stromausfall")).getIdElement().getIdPart();
        DocumentReference document = staff.create(Records.document("Patient/" + patient, Records.pdf(300_000)));
        attachment = document.getContentFirstRep().getAttachment().getUrl();
        execute("ALTER TABLE salus_audit_event RENAME TO audit_away");
    }

    @AfterEach
    void bringItBack() {
        execute("ALTER TABLE IF EXISTS audit_away RENAME TO salus_audit_event");
    }

    @Test
    void readIsRefusedAndShowsNothing() {
        Answer answer = staff.get("/Patient/" + patient, Trail.named(id));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).doesNotContain("Stromausfall");
        assertThat(answer.diagnostics()).isEqualTo("The audit trail cannot be written. Try again later.");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
        assertThat(answer.header("ETag")).isEmpty();
        assertThat(answer.header("X-Request-ID")).isEqualTo(id);
    }

    @Test
    void noByteOfALongAnswerLeaves() {
        Answer answer = staff.get(attachment);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).hasSizeLessThan(1000);
    }

    @Test
    void refusalIsRefusedToo() {
        assertThat(FhirClient.anonymous(SERVER.fhirBase()).get("/Patient/x").status())
                .isEqualTo(503);
    }

    @Test
    void changeThatWasMadeAllTheSameIsWrittenDownAfterwards() throws Exception {
        Answer answer = staff.post("/Patient", Records.patient("Nachgetragen"), "X-Request-ID", id);
        assertThat(answer.status()).isEqualTo(503);

        bringItBack();

        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (trail.of(id).isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(100);
        }
        assertThat(trail.one(id).targets()).extracting(AuditTarget::use).containsExactly(AuditUse.CREATED);
    }

    @Test
    void everythingGoesOnWhenItIsBack() {
        assertThat(staff.get("/Patient/" + patient).status()).isEqualTo(503);

        bringItBack();

        assertThat(staff.get("/Patient/" + patient, Trail.named(id)).status()).isEqualTo(200);
        assertThat(trail.one(id).targets()).extracting(AuditTarget::id).containsExactly(patient);
    }

    private static void execute(String sql) {
        SERVER.bean(JdbcClient.class).sql(sql).update();
    }
}
