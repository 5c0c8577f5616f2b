package health.salus.audit;

import ca.uhn.fhir.validation.FhirValidator;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Administrators read the trail as FHIR, patients see who saw their record, and nobody writes to it. */
class AuditEventIT {

    private static final TestServer SERVER = TestServer.shared();

    private final TestTokens tokens = new TestTokens(SERVER);
    private final FhirClient staff = client(Role.PRACTITIONER, null, "user/*.cruds");
    private final FhirClient admin = client(Role.ADMIN, null, "user/*.cruds");
    private final String id = Trail.newId();
    private String patient;
    private String other;
    private String observation;

    private FhirClient client(Role role, String patient, String scope) {
        return FhirClient.withToken(SERVER.fhirBase(), tokens.of(role, patient, scope));
    }

    @BeforeEach
    void somebodyLooks() {
        patient = staff.create(Records.patient("Beobachtet")).getIdElement().getIdPart();
        other = staff.create(Records.patient("Unbeteiligt")).getIdElement().getIdPart();
        observation = staff.create(Records.observation("Patient/" + patient))
                .getIdElement()
                .getIdPart();
        staff.get("/Observation/" + observation, Trail.named(id));
    }

    @Test
    void eventSaysWhatHappenedInTheWordsOfFhir() {
        AuditEvent event = event(admin, "entity=Observation/" + observation + "&date=ge2026-01-01", id);

        assertThat(event.getType().getCode()).isEqualTo("rest");
        assertThat(event.getSubtypeFirstRep().getCode()).isEqualTo("read");
        assertThat(event.getAction()).isEqualTo(AuditEventAction.R);
        assertThat(event.getOutcome()).isEqualTo(AuditEventOutcome._0);
        assertThat(event.getRecorded()).isCloseTo(new java.util.Date(), 60_000);
        assertThat(event.getAgent())
                .extracting(it -> it.getWho().getIdentifier().getValue())
                .containsExactly("an-app", "somebody");
        assertThat(references(event))
                .containsExactlyInAnyOrder("Observation/" + observation + "/_history/1", "Patient/" + patient);
        FhirValidator validator = FhirClient.FHIR.newValidator();
        assertThat(validator.validateWithResult(event).isSuccessful()).isTrue();
    }

    @Test
    void eventIsFoundByPatientAgentEntityDateAndOutcome() {
        for (String query : List.of(
                "patient=" + patient,
                "patient=Patient/" + patient,
                "patient:Patient=" + patient,
                "agent=somebody&patient=" + patient,
                "agent=nobody,an-app&patient=" + patient,
                "entity=Observation/" + observation,
                "entity=Observation/" + observation + "&outcome=0",
                "entity=Observation/" + observation + "&date=ge2026-01-01&date=lt2100-01-01")) {
            assertThat(requests(admin, query)).as(query).contains(id);
        }
        for (String query : List.of(
                "patient=" + other,
                "agent=nobody&patient=" + patient,
                "entity=Observation/" + observation + "&outcome=4,8",
                "entity=Observation/" + observation + "&date=lt2026-01-01")) {
            assertThat(requests(admin, query)).as(query).doesNotContain(id);
        }
    }

    @Test
    void pagesFollowEachOtherWithoutGaps() {
        List<String> expected = admin.search("/AuditEvent?_count=500&patient=" + patient).stream()
                .map(Resource::getIdPart)
                .toList();
        List<String> seen = new ArrayList<>();
        String next = "/AuditEvent?_count=1&patient=" + patient;
        while (next != null) {
            Bundle page = admin.get(next).resource(Bundle.class);
            assertThat(page.getEntry()).hasSizeLessThanOrEqualTo(1);
            assertThat(page.hasTotal()).isFalse();
            page.getEntry().forEach(it -> seen.add(it.getResource().getIdPart()));
            next = page.getLink("next") == null ? null : page.getLink("next").getUrl();
        }

        // The looking itself is in the trail as well, in front of what was there.
        assertThat(seen).endsWith(expected.toArray(String[]::new)).doesNotHaveDuplicates();
    }

    @Test
    void countIsThatOfTheEvents() {
        Bundle count =
                admin.get("/AuditEvent?_summary=count&patient=" + patient).resource(Bundle.class);

        assertThat(count.getTotal())
                .isEqualTo(requests(admin, "patient=" + patient).size());
        assertThat(count.getEntry()).isEmpty();
    }

    @Test
    void eventIsReadByItsId() {
        String event = event(admin, "entity=Observation/" + observation, id).getIdPart();

        assertThat(admin.get("/AuditEvent/" + event).resource(AuditEvent.class).getIdPart())
                .isEqualTo(event);
        assertThat(admin.get("/AuditEvent/999999999999").status()).isEqualTo(404);
        assertThat(admin.get("/AuditEvent/abc").status()).isEqualTo(404);
    }

    @Test
    void patientSeesWhoSawTheirRecordAndNothingElse() {
        FhirClient app = client(Role.PATIENT, patient, "patient/*.rs");
        String both = Trail.newId();
        staff.get("/Patient?_id=" + patient + "," + other, Trail.named(both));
        staff.get("/Patient/" + other);

        AuditEvent event = event(app, "", both);

        assertThat(references(event)).containsExactly("Patient/" + patient + "/_history/1");
        assertThat(event.getEntity()).noneMatch(AuditEventEntityComponent::hasQuery);
        Bundle all = app.get("/AuditEvent?_count=500").resource(Bundle.class);
        assertThat(all.getEntry()).isNotEmpty();
        assertThat(all.getEntry())
                .allMatch(it -> references((AuditEvent) it.getResource()).contains("Patient/" + patient)
                        || references((AuditEvent) it.getResource()).contains("Patient/" + patient + "/_history/1"));
        assertThat(FhirClient.FHIR.newJsonParser().encodeResourceToString(all)).doesNotContain(other);
    }

    @Test
    void patientCountsWhatThePatientSees() {
        FhirClient app = client(Role.PATIENT, patient, "patient/*.rs");
        // Asked for and not shown: it is no disclosure.
        staff.get("/Patient/" + patient + "/_history/99");

        int counted =
                app.get("/AuditEvent?_summary=count").resource(Bundle.class).getTotal();

        // To count shows nothing, so that there is no new event between the two.
        assertThat(app.get("/AuditEvent?_count=500").resource(Bundle.class).getEntry())
                .hasSize(counted);
    }

    @Test
    void patientFindsNothingAboutAnother() {
        FhirClient app = client(Role.PATIENT, patient, "patient/*.rs");
        staff.get("/Patient/" + other, Trail.named(Trail.newId()));
        String foreign = admin.get("/AuditEvent?patient=" + other)
                .resource(Bundle.class)
                .getEntryFirstRep()
                .getResource()
                .getIdPart();

        assertThat(requests(app, "patient=" + other)).isEmpty();
        assertThat(app.get("/AuditEvent?_summary=count&patient=" + other)
                        .resource(Bundle.class)
                        .getTotal())
                .isZero();
        assertThat(app.get("/AuditEvent/" + foreign).status()).isEqualTo(404);
        assertThat(app.get("/AuditEvent/" + foreign).diagnostics())
                .isEqualTo(app.get("/AuditEvent/999999999999").diagnostics().replace("999999999999", foreign));
    }

    @Test
    void nobodyElseSeesTheTrail() {
        assertThat(staff.get("/AuditEvent").status()).isEqualTo(403);
        assertThat(client(Role.SYSTEM, null, "system/*.cruds")
                        .get("/AuditEvent")
                        .status())
                .isEqualTo(403);
        assertThat(client(Role.PRACTITIONER, patient, "patient/*.rs")
                        .get("/AuditEvent")
                        .status())
                .isEqualTo(403);
        assertThat(client(Role.ADMIN, null, "user/Patient.cruds")
                        .get("/AuditEvent")
                        .status())
                .isEqualTo(403);
        assertThat(FhirClient.anonymous(SERVER.fhirBase()).get("/AuditEvent").status())
                .isEqualTo(401);
    }

    @Test
    void nobodyWritesTheTrail() {
        AuditEvent forged = new AuditEvent();
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(forged)
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("AuditEvent");
        for (FhirClient client : List.of(admin, staff, client(Role.SYSTEM, null, "system/*.cruds"))) {
            Answer created = client.post("/AuditEvent", forged);
            forged.setId("1");
            Answer updated = client.put("/AuditEvent/1", forged);
            assertThat(List.of(
                            created.status(),
                            updated.status(),
                            client.delete("/AuditEvent/1").status()))
                    .allMatch(status -> status == 403 || status == 405);
            assertThat(client.post("", transaction).status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"date=9999-12-31", "date=0001", "date=ge0001-01-01&date=le9999"})
    void timesFarAwayAreNoFault(String query) {
        assertThat(admin.get("/AuditEvent?" + query).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outcome=1",
                "outcome:not=0",
                "before=x",
                "before:missing=true",
                "patient.name=x",
                "unknown=1",
                "date=yesterday",
                "date=ne2026",
                "date:missing=true",
                "_sort=date",
                "_filter=date%20gt%202026",
                "_has:Patient:x:y=1",
                "_lastUpdated=2026",
                "_offset=5"
            })
    void questionThatIsNotUnderstoodIsRefused(String query) {
        assertThat(admin.get("/AuditEvent?" + query).status()).isEqualTo(400);
    }

    @Test
    void capabilityStatementPromisesNoMore() {
        CapabilityStatement statement = admin.get("/metadata").resource(CapabilityStatement.class);
        CapabilityStatementRestResourceComponent resource = statement.getRestFirstRep().getResource().stream()
                .filter(it -> it.getType().equals("AuditEvent"))
                .findFirst()
                .orElseThrow();

        assertThat(resource.getInteraction())
                .extracting(it -> it.getCode().toCode())
                .containsExactlyInAnyOrder("read", "search-type");
        assertThat(resource.getSearchParam())
                .extracting(it -> it.getName())
                .containsExactlyInAnyOrder("patient", "agent", "entity", "date", "outcome");
    }

    @Test
    void lookingAtTheTrailIsInTheTrail() {
        String looked = Trail.newId();
        admin.get("/AuditEvent?patient=" + patient, Trail.named(looked));

        assertThat(new Trail(SERVER).one(looked).event()).isEqualTo("search-type");
    }

    private static AuditEvent event(FhirClient client, String query, String requestId) {
        return client.search("/AuditEvent?_count=500&" + query).stream()
                .map(AuditEvent.class::cast)
                .filter(event -> request(event).equals(requestId))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> requests(FhirClient client, String query) {
        return client.search("/AuditEvent?_count=500&" + query).stream()
                .map(event -> request((AuditEvent) event))
                .toList();
    }

    private static String request(AuditEvent event) {
        return event.getEntity().stream()
                .filter(entity -> "XrequestId".equals(entity.getType().getCode()))
                .map(entity -> entity.getWhat().getIdentifier().getValue())
                .findFirst()
                .orElse("");
    }

    private static List<String> references(AuditEvent event) {
        return event.getEntity().stream()
                .filter(entity -> entity.getWhat().hasReference())
                .map(entity -> entity.getWhat().getReference())
                .toList();
    }
}
