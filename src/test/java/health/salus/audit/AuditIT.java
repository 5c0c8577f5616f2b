package health.salus.audit;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** Every FHIR request leaves one record that says who did what with whose data, and how it ended. */
class AuditIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final String JSON = "application/fhir+json";

    private final TestTokens tokens = new TestTokens(SERVER);
    private final FhirClient staff = client(Role.PRACTITIONER, null, "user/*.cruds");
    private final Trail trail = new Trail(SERVER);
    private final String id = Trail.newId();
    private String patient;
    private Observation observation;

    private FhirClient client(Role role, String patient, String scope) {
        return FhirClient.withToken(SERVER.fhirBase(), tokens.of(role, patient, scope));
    }

    @BeforeEach
    void records() {
        patient = staff.create(Records.patient("Spurensucher")).getIdElement().getIdPart();
        observation = staff.create(Records.observation("Patient/" + patient));
    }

    @Test
    void readSaysWhoSawWhatAndWhen() {
        staff.get("/Observation/" + observationId(), "X-Request-ID", id, "User-Agent", "viewer/1");

        AuditEntry entry = trail.one(id);
        assertThat(entry.kind()).isEqualTo(AuditKind.REQUEST);
        assertThat(entry.action()).isEqualTo(AuditAction.READ);
        assertThat(entry.event()).isEqualTo("read");
        assertThat(entry.outcome()).isEqualTo(AuditOutcome.SUCCESS);
        assertThat(entry.tenant()).isEqualTo(TenantId.DEFAULT);
        assertThat(entry.recorded()).isBetween(Instant.now().minus(1, ChronoUnit.MINUTES), Instant.now());
        assertThat(entry.agent())
                .isEqualTo(new AuditAgent("somebody", "practitioner", null, "an-app", "127.0.0.1", "viewer/1"));
        assertThat(entry.targets()).containsExactly(target("Observation", observationId(), "1", AuditUse.DISCLOSED));
    }

    @Test
    void searchNamesEachResourceShownAndHidesWhatWasAskedFor() {
        staff.get(
                "/Observation?patient.family=Spurensucher&subject=Patient/" + patient
                        + "&_include=Observation:patient&_count=20",
                Trail.named(id));

        AuditEntry entry = trail.one(id);
        assertThat(entry.event()).isEqualTo("search-type");
        assertThat(entry.targets())
                .containsExactlyInAnyOrder(
                        target("Observation", observationId(), "1", AuditUse.DISCLOSED),
                        target("Patient", patient, "1", AuditUse.DISCLOSED));
        assertThat(entry.query())
                .extracting(QueryTerm::name)
                .containsExactlyInAnyOrder("patient.family", "subject", "_include", "_count");
        assertThat(entry.query()).contains(new QueryTerm("_count", "20"));
        assertThat(entry.query().toString()).doesNotContain("Spurensucher").doesNotContain(patient);
    }

    @Test
    void equalQuestionsAreRecognised() {
        String other = Trail.newId();
        String different = Trail.newId();
        staff.get("/Patient?family=Gleich", Trail.named(id));
        staff.get("/Patient?family=Gleich", Trail.named(other));
        staff.get("/Patient?family=Anders", Trail.named(different));

        assertThat(trail.one(id).query()).isEqualTo(trail.one(other).query());
        assertThat(trail.one(id).query()).isNotEqualTo(trail.one(different).query());
    }

    @Test
    void postedSearchIsASearch() {
        staff.send(
                "POST",
                "/Patient/_search",
                BodyPublishers.ofString("_id=" + patient),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "X-Request-ID",
                id);

        assertThat(trail.one(id).event()).isEqualTo("search-type");
        assertThat(trail.one(id).targets()).extracting(AuditTarget::id).containsExactly(patient);
        assertThat(trail.one(id).query()).extracting(QueryTerm::name).containsExactly("_id");
    }

    @Test
    void countNamesTheQuestionAndNobody() {
        staff.get("/Patient?family=Spurensucher&_summary=count", Trail.named(id));

        assertThat(trail.one(id).targets()).isEmpty();
        assertThat(trail.one(id).query()).contains(new QueryTerm("_summary", "count"));
    }

    @Test
    void everythingOfARecordIsNamed() {
        staff.get("/Patient/" + patient + "/$everything", Trail.named(id));

        assertThat(trail.one(id).event()).isEqualTo("$everything");
        assertThat(trail.one(id).targets())
                .contains(
                        target("Patient", patient, "1", AuditUse.DISCLOSED),
                        target("Observation", observationId(), "1", AuditUse.DISCLOSED));
    }

    @Test
    void everythingOfAnEncounterIsNamed() {
        Encounter encounter = staff.create(new Encounter()
                .setStatus(Encounter.EncounterStatus.FINISHED)
                .setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", null))
                .setSubject(new Reference("Patient/" + patient)));
        String visit = encounter.getIdElement().getIdPart();

        staff.post("/Encounter/" + visit + "/$everything", new Parameters(), header(id));

        assertThat(trail.one(id).event()).isEqualTo("$everything");
        assertThat(trail.one(id).targets())
                .containsExactlyInAnyOrder(
                        target("Encounter", visit, "1", AuditUse.DISCLOSED),
                        target("Patient", patient, "1", AuditUse.DISCLOSED));
    }

    @Test
    void lastObservationsAreNamedAndNoneOfThoseTheyWereChosenFrom() {
        Observation later = Records.observation("Patient/" + patient).setEffective(new DateTimeType("2026-02-02"));
        String shown = staff.create(later).getIdElement().getIdPart();

        staff.get("/Observation/$lastn?code=718-7&patient=" + patient, Trail.named(id));

        assertThat(trail.one(id).event()).isEqualTo("$lastn");
        assertThat(trail.one(id).targets()).containsExactly(target("Observation", shown, "1", AuditUse.DISCLOSED));
        assertThat(trail.one(id).query()).extracting(QueryTerm::name).contains("code", "patient");
    }

    @Test
    void statisticsNameWhatTheyAreMadeOf() {
        staff.get("/Observation/$stats?statistic=count&code=718-7&subject=Patient/" + patient, Trail.named(id));

        assertThat(trail.one(id).event()).isEqualTo("$stats");
        assertThat(trail.one(id).targets())
                .containsExactly(target("Observation", observationId(), "1", AuditUse.DISCLOSED));
    }

    @Test
    void aGraphQlQueryNamesAllThatItReads() {
        String query = "{ Observation(id: \"%s\") { subject { resource { id } } } PatientList(_id: nobody) { id } }"
                .formatted(observationId());

        staff.get("/$graphql?query=" + FhirClient.encode(query), Trail.named(id));

        assertThat(trail.one(id).event()).isEqualTo("$graphql");
        assertThat(trail.one(id).targets())
                .containsExactlyInAnyOrder(
                        target("Observation", observationId(), "1", AuditUse.DISCLOSED),
                        target("Patient", patient, "1", AuditUse.DISCLOSED));
    }

    @Test
    void changeNamesTheVersionThatItMade() {
        String updated = Trail.newId();
        String deleted = Trail.newId();
        Observation made = staff.post("/Observation", Records.observation("Patient/" + patient), header(id))
                .resource(Observation.class);
        String made1 = made.getIdElement().getIdPart();
        made.addNote().setText("changed");
        staff.put("/Observation/" + made1, made, header(updated));
        staff.send("DELETE", "/Observation/" + made1, BodyPublishers.noBody(), header(deleted));

        assertThat(trail.one(id).action()).isEqualTo(AuditAction.CREATE);
        assertThat(trail.one(id).targets()).containsExactly(target("Observation", made1, "1", AuditUse.CREATED));
        assertThat(trail.one(updated).targets()).containsExactly(target("Observation", made1, "2", AuditUse.UPDATED));
        assertThat(trail.one(deleted).targets())
                .extracting(AuditTarget::reference, AuditTarget::use)
                .contains(org.assertj.core.groups.Tuple.tuple("Observation/" + made1, AuditUse.DELETED));
    }

    @Test
    void transactionNamesEachResourceThatItMade() {
        staff.post("", Records.visit("Besuch"), header(id));

        assertThat(trail.one(id).event()).isEqualTo("transaction");
        assertThat(trail.one(id).targets())
                .filteredOn(it -> it.use() == AuditUse.CREATED)
                .extracting(AuditTarget::type)
                .containsExactlyInAnyOrder("Patient", "Encounter", "Observation", "DocumentReference");
    }

    @Test
    void transactionThatFailedMadeNothing() {
        Bundle transaction = Records.visit("Misslungen");
        entry(transaction, HTTPVerb.POST, "Observation", Records.observation("Patient/nobody-there"));

        Answer answer = staff.post("", transaction, header(id));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(trail.one(id).targets()).isEmpty();
    }

    @Test
    void searchInABatchIsNamedWithWhatItFound() {
        Bundle batch = new Bundle().setType(BundleType.BATCH);
        entry(batch, HTTPVerb.GET, "Observation?subject=Patient/" + patient, null);
        entry(batch, HTTPVerb.GET, "Patient/" + patient, null);

        staff.post("", batch, header(id));

        assertThat(trail.one(id).targets())
                .containsExactlyInAnyOrder(
                        target("Observation", observationId(), "1", AuditUse.DISCLOSED),
                        target("Patient", patient, "1", AuditUse.DISCLOSED));
        assertThat(trail.one(id).query()).extracting(QueryTerm::name).containsExactly("Observation");
    }

    @Test
    void bytesOfAnAttachmentAreNamedWithTheResourceThatHoldsThem() {
        DocumentReference document = staff.create(Records.document("Patient/" + patient, Records.pdf(300_000)));
        String url = document.getContentFirstRep().getAttachment().getUrl();

        assertThat(staff.get(url, Trail.named(id)).body()).hasSize(300_000);

        assertThat(trail.one(id).targets())
                .contains(
                        target("DocumentReference", document.getIdElement().getIdPart(), "1", AuditUse.DISCLOSED),
                        target("Binary", url.substring(url.lastIndexOf('/') + 1), null, AuditUse.DISCLOSED));
    }

    @Test
    void bytesReadByPathAreADisclosureOfTheResourceThatHoldsThem() {
        DocumentReference document = staff.create(Records.document("Patient/" + patient, Records.pdf(300_000)));
        String documentId = document.getIdElement().getIdPart();

        Answer answer = staff.get(
                "/DocumentReference/" + documentId + "/$binary-access-read?path=DocumentReference.content.attachment",
                Trail.named(id));

        assertThat(answer.body()).hasSize(300_000);
        assertThat(trail.one(id).targets())
                .containsExactly(target("DocumentReference", documentId, "1", AuditUse.DISCLOSED));
    }

    @Test
    void signedAddressAndWhatIsFetchedThereAreDisclosures() {
        DocumentReference document = staff.create(Records.document("Patient/" + patient, Records.pdf(300_000)));
        String attachment = document.getContentFirstRep().getAttachment().getUrl();
        String binary = attachment.substring(attachment.lastIndexOf('/') + 1);
        String fetched = Trail.newId();

        Parameters address = staff.get("/Binary/" + binary + "/$download-url", Trail.named(id))
                .resource(Parameters.class);
        String url = address.getParameter("url").getValue().primitiveValue();
        assertThat(FhirClient.anonymous(SERVER.fhirBase())
                        .get(url, Trail.named(fetched))
                        .body())
                .hasSize(300_000);

        AuditTarget[] shown = {
            target("DocumentReference", document.getIdElement().getIdPart(), "1", AuditUse.DISCLOSED),
            target("Binary", binary, null, AuditUse.DISCLOSED)
        };
        assertThat(trail.one(id).targets()).containsExactlyInAnyOrder(shown);
        assertThat(trail.one(id).agent().user()).isEqualTo("somebody");
        assertThat(trail.one(fetched).targets()).containsExactlyInAnyOrder(shown);
        assertThat(trail.one(fetched).tenant()).isEqualTo(TenantId.DEFAULT);
        assertThat(trail.one(fetched).agent().client()).isEqualTo("signed address");
    }

    @Test
    void escapedPathThatLeadsElsewhereIsRefusedAndRecorded() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(SERVER.url("/ui/%2e%2e/x"))
                                .header("X-Request-ID", id)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isBetween(400, 404);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
    }

    @Test
    void refusalOfTheAdministrationNamesWhoWasRefused() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(SERVER.url("/api/users"))
                                .header("X-Request-ID", id)
                                .header(
                                        "Authorization",
                                        "Bearer " + staff.token().orElseThrow())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(trail.one(id).agent().user()).isEqualTo("somebody");
        assertThat(trail.one(id).agent().client()).isEqualTo("an-app");
    }

    @Test
    void historyNamesEachVersion() {
        observation.addNote().setText("changed");
        staff.put("/Observation/" + observationId(), observation);

        staff.get("/Observation/" + observationId() + "/_history", Trail.named(id));

        assertThat(trail.one(id).event()).isEqualTo("history-instance");
        assertThat(trail.one(id).targets())
                .containsExactlyInAnyOrder(
                        target("Observation", observationId(), "1", AuditUse.DISCLOSED),
                        target("Observation", observationId(), "2", AuditUse.DISCLOSED));
    }

    @Test
    void followingPageIsARequestOfItsOwn() {
        staff.create(Records.observation("Patient/" + patient));
        Bundle first =
                staff.get("/Observation?_count=1&subject=Patient/" + patient).resource(Bundle.class);

        staff.get(first.getLink("next").getUrl(), Trail.named(id));

        assertThat(trail.one(id).event()).isEqualTo("get-page");
        assertThat(trail.one(id).targets()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /Patient/x,              401",
        "GET,    /nowhere/Patient/x,      401",
        "POST,   /Patient,                401",
        "DELETE, /Patient/x,              401",
    })
    void refusalWithoutATokenIsRecorded(String method, String path, int status) {
        FhirClient nobody = FhirClient.anonymous(SERVER.fhirBase());

        assertThat(nobody.send(method, path, BodyPublishers.noBody(), Trail.named(id))
                        .status())
                .isEqualTo(status);

        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(trail.one(id).reason()).isEqualTo(String.valueOf(status));
        assertThat(trail.one(id).agent().user()).isNull();
        assertThat(trail.one(id).agent().address()).isEqualTo("127.0.0.1");
    }

    @Test
    void refusalNamesWhatWasAskedForAndByWhom() {
        FhirClient app = client(Role.PATIENT, patient, "patient/*.rs");
        String other = staff.create(Records.patient("Fremd")).getIdElement().getIdPart();

        assertThat(app.get("/Patient/" + other, Trail.named(id)).status()).isEqualTo(404);

        AuditEntry entry = trail.one(id);
        assertThat(entry.outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(entry.agent().client()).isEqualTo("an-app");
        assertThat(entry.targets())
                .containsExactly(new AuditTarget("Patient", other, null, AuditUse.ASKED, java.util.Set.of(other)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /Patient                | { broken               | 400",
                "POST   | /Patient                | {\"resourceType\":\"Observation\"} | 400",
                "GET    | /Patient/does-not-exist |                        | 404",
                "GET    | /Unicorn/1              |                        | 404",
                "GET    | /Patient?unicorn=1      |                        | 400",
                "GET    | /Patient/x;y            |                        | 400",
                "POST   | /Patient/$unicorn       | {}                     | 400",
                "DELETE | /                       |                        | 400",
            })
    void requestThatIsWrongIsRecorded(String method, String path, String body, int status) {
        Answer answer = staff.send(
                method,
                path,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body),
                "Content-Type",
                JSON,
                "X-Request-ID",
                id);

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(trail.one(id).reason()).isEqualTo(String.valueOf(answer.status()));
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(status).as(path).isEqualTo(answer.status());
    }

    @Test
    void tokenOfAnotherTenantIsRefusedAndRecordedThere() {
        FhirClient stray = new FhirClient(SERVER.fhirBase() + "/north", staff.token());

        assertThat(stray.get("/Patient/" + patient, Trail.named(id)).status()).isEqualTo(401);

        assertThat(trail.one(id).tenant()).isEqualTo(new TenantId("north"));
    }

    @Test
    void unknownTenantIsNoTenant() {
        FhirClient stray = new FhirClient(SERVER.fhirBase() + "/nowhere", Optional.empty());

        stray.get("/Patient/" + patient, Trail.named(id));

        assertThat(trail.one(id).tenant()).isNull();
    }

    @Test
    void deletedResourceIsAskedForAndNotShown() {
        staff.delete("/Observation/" + observationId());

        assertThat(staff.get("/Observation/" + observationId(), Trail.named(id)).status())
                .isEqualTo(410);

        assertThat(trail.one(id).targets()).extracting(AuditTarget::use).containsExactly(AuditUse.ASKED);
    }

    @Test
    void metadataAndDiscoveryAreRecorded() {
        String other = Trail.newId();
        FhirClient nobody = FhirClient.anonymous(SERVER.fhirBase());
        nobody.get("/metadata", Trail.named(id));
        nobody.get("/.well-known/smart-configuration", Trail.named(other));

        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.SUCCESS);
        assertThat(trail.one(other).event()).isEqualTo("GET /fhir/.well-known/smart-configuration");
    }

    @Test
    void contentOfRecordsIsNotInTheTrail() {
        Patient made = Records.patient("Unerwaehnt");
        staff.post("/Patient", made, header(id));
        String searched = Trail.newId();
        staff.get("/Patient?family=Unerwaehnt", Trail.named(searched));

        assertThat(List.of(AuditJson.write(trail.one(id)), AuditJson.write(trail.one(searched))))
                .noneMatch(it -> it.contains("Unerwaehnt"));
    }

    private AuditTarget target(String type, String id, String version, AuditUse use) {
        return new AuditTarget(type, id, version, use, java.util.Set.of(patient));
    }

    private String observationId() {
        return observation.getIdElement().getIdPart();
    }

    private static String[] header(String id) {
        return new String[] {"X-Request-ID", id, "Prefer", "return=representation"};
    }

    private static void entry(Bundle bundle, HTTPVerb verb, String url, Resource resource) {
        bundle.addEntry().setResource(resource).getRequest().setMethod(verb).setUrl(url);
    }
}
