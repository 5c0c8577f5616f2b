package health.salus.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.audit.RecordedRequests;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages of searches that are spliced from what is stored are, to the byte and in the trail, those that HAPI writes of the
 * objects.
 */
class SplicedPagesIT {

    private static final String JSON = "application/fhir+json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final TestTokens tokens = new TestTokens(server);
    private final PageRoads roads = new PageRoads(server);

    @AfterEach
    void leaveTheRoads() {
        roads.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient?_id=%s",
                "/Observation?patient=%s&_count=200",
                "/Observation?patient=%s&_count=3",
                "/Observation?patient=%s&_count=7&_sort=-date,code",
                "/Observation?patient=%s&category=laboratory&_total=accurate&_count=5",
                "/Observation?patient=%s&_count=5&_include=Observation:encounter&_include=Observation:patient",
                "/Encounter?patient=%s&_count=3&_include=*",
                "/Encounter?patient=%s&_revinclude=Observation:encounter&_revinclude=Condition:encounter&_count=2",
                "/Patient?_id=%s&_revinclude=Condition:patient&_include=Patient:general-practitioner",
                "/Patient?_id=%s&_revinclude=Observation:patient&_include:iterate=Observation:encounter",
                "/DiagnosticReport?patient=%s&_count=4",
                "/DocumentReference?patient=%s",
                "/Claim?patient=%s&_sort=created&_count=4",
                "/Patient?_id=%s&family=nobody-of-this-name",
                "/Condition?patient=%s&_offset=1&_count=2",
            })
    void pagesOfASyntheaRecordAreThoseOfHapi(String query) throws IOException {
        areAlikeOnBothRoads(query.formatted(synthea()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/Patient/%s/$everything", "/Patient/%s/$everything?_count=25", "/Encounter/%s/$everything"})
    void recordsHaveThoseResourcesThatHapiFinds(String path) throws IOException {
        String patient = synthea();
        String encounter = new IdType(MAPPER.readTree(
                                client.get("/Encounter?patient=" + patient).text())
                        .at("/entry/0/fullUrl")
                        .asText())
                .getIdPart();
        String record = path.formatted(path.startsWith("/Patient") ? patient : encounter);

        Map<String, JsonNode> shortly = everything(record, true);

        assertThat(shortly).hasSizeGreaterThan(5).isEqualTo(everything(record, false));
    }

    private Map<String, JsonNode> everything(String path, boolean isShort) throws IOException {
        Map<String, JsonNode> resources = new TreeMap<>();
        for (Optional<String> page = Optional.of(path); page.isPresent(); ) {
            Answer answer = isShort ? client.get(page.get()) : client.get(page.get(), PageRoads.LONG, "1");
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(roads.spliced() > 0).isEqualTo(isShort);
            for (JsonNode entry : MAPPER.readTree(answer.text()).path("entry")) {
                assertThat(recorded(answer)).contains(entry.at("/resource/id").asText());
                assertThat(resources.put(entry.path("fullUrl").asText(), entry)).isNull();
            }
            page = next(answer);
        }
        return resources;
    }

    @Test
    void searchesByPostAreThoseOfHapi() throws IOException {
        String body = "patient=" + synthea() + "&_count=2";
        String[] form = {"Content-Type", "application/x-www-form-urlencoded"};
        Answer shortly = client.send("POST", "/Observation/_search", BodyPublishers.ofString(body), form);
        assertThat(roads.spliced()).isEqualTo(2);
        Answer longly = client.send(
                "POST", "/Observation/_search", BodyPublishers.ofString(body), form[0], form[1], PageRoads.LONG, "1");

        isAlike(shortly, longly);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_elements=code",
                "_summary=true",
                "_summary=text",
                "_summary=data",
                "_summary=count",
                "_pretty=true",
                "_format=xml",
                "_inlineAttachments=true",
                "_count=0"
            })
    void whatAsksForMoreThanPlainJsonIsWrittenFromTheObjects(String wish) {
        String patient = patientWith(2);

        Answer answer = client.get("/Observation?patient=" + patient + "&" + wish);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(roads.spliced()).isZero();
        assertThat(client.get("/Observation?patient=" + patient, "Accept", "application/fhir+xml")
                        .text())
                .contains("<code value=\"718-7\"/>");
        assertThat(roads.spliced()).isZero();
    }

    @Test
    void attachmentsAreShownAsEver() throws IOException {
        String patient = patientWith(0);
        client.create(Records.document("Patient/" + patient, Records.pdf(100_000)));
        client.create(Records.observation("Patient/" + patient));

        areAlikeOnBothRoads(
                "/Patient?_id=" + patient + "&_revinclude=DocumentReference:patient&_revinclude=Observation:patient");
        assertThat(roads.spliced()).isZero();
        Answer page = client.get("/DocumentReference?patient=" + patient);
        assertThat(page.text()).contains("\"url\":\"" + server.fhirBase() + "/Binary/");
    }

    @Test
    void whoDoesNotSeeEverythingOfATypeTakesTheLongRoad() throws IOException {
        String patient = patientWith(3);
        String query = "/Observation?patient=" + patient;

        assertThat(found(with(Role.SYSTEM, null, "system/Observation.rs"), query))
                .isEqualTo(3);
        assertThat(roads.spliced()).isEqualTo(3);
        assertThat(found(with(Role.SYSTEM, null, "system/Observation.s"), query))
                .isEqualTo(3);
        assertThat(roads.spliced()).isEqualTo(3);
        assertThat(found(with(Role.SYSTEM, null, "system/Observation.rs?code=http://loinc.org|718-7"), query))
                .isEqualTo(3);
        assertThat(roads.spliced()).isZero();
        assertThat(found(with(Role.SYSTEM, null, "system/Observation.rs?code=http://loinc.org|1-1"), query))
                .isZero();
        assertThat(found(with(Role.PATIENT, patient, "patient/*.rs"), query)).isEqualTo(3);
        assertThat(roads.spliced()).isZero();
        assertThat(with(Role.SYSTEM, null, "system/Patient.rs").get(query).status())
                .isEqualTo(403);
    }

    @Test
    void includesThatAreNotSeenWholeKeepThePageOnTheLongRoad() throws IOException {
        Patient hidden = client.create(Records.patient("Verborgen"));
        Patient seen = client.create(Records.patient("Sichtbar").setGender(AdministrativeGender.UNKNOWN));
        FhirClient limited = with(Role.SYSTEM, null, "system/Observation.rs system/Patient.rs?gender=unknown");
        for (Patient patient : List.of(hidden, seen)) {
            String id = patient.getIdElement().getIdPart();
            client.create(Records.observation("Patient/" + id));

            assertThat(found(limited, "/Observation?patient=" + id + "&_include=Observation:patient"))
                    .isEqualTo(patient == seen ? 2 : 1);
            assertThat(roads.spliced()).isEqualTo(patient == seen ? 0 : 1);
        }
    }

    @Test
    void entriesOfABatchAreReadAsObjects() {
        String patient = patientWith(2);
        Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
        batch.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl("Observation?patient=" + patient);

        Bundle answer = client.post("/", batch).resource(Bundle.class);

        Bundle page = (Bundle) answer.getEntryFirstRep().getResource();
        assertThat(page.getEntry())
                .hasSize(2)
                .allSatisfy(entry -> assertThat(((Observation) entry.getResource())
                                .getCode()
                                .getCodingFirstRep()
                                .getCode())
                        .isEqualTo("718-7"));
    }

    @Test
    void whatIsChangedOrDeletedIsSeenOnTheNextPage() {
        String patient = patientWith(4);
        Bundle first = client.get("/Observation?patient=" + patient + "&_count=2&_sort=_lastUpdated")
                .resource(Bundle.class);
        Bundle all = client.get("/Observation?patient=" + patient + "&_sort=_lastUpdated")
                .resource(Bundle.class);
        Observation third = (Observation) all.getEntry().get(2).getResource();
        IdType fourth = new IdType(all.getEntry().get(3).getResource().getId());
        third.setStatus(Observation.ObservationStatus.AMENDED);
        client.put("/Observation/" + third.getIdElement().getIdPart(), third);
        client.delete("/Observation/" + fourth.getIdPart());

        Bundle second = client.get(first.getLink("next").getUrl()).resource(Bundle.class);

        assertThat(second.getEntry()).hasSize(1);
        assertThat(((Observation) second.getEntryFirstRep().getResource()).getStatus())
                .isEqualTo(Observation.ObservationStatus.AMENDED);
    }

    // Each road has a search of its own: HAPI knows more of one that was asked before.
    private void areAlikeOnBothRoads(String query) throws IOException {
        Optional<String> shortPage = Optional.of(query);
        Optional<String> longPage = Optional.of(query);
        while (shortPage.isPresent() && longPage.isPresent()) {
            Answer shortly = client.get(shortPage.get());
            long spliced = roads.spliced();
            Answer longly = client.get(longPage.get(), PageRoads.LONG, "1");
            assertThat(roads.spliced()).isZero();

            isAlike(shortly, longly);
            if (!shortly.text().contains("/Binary/")) {
                assertThat(spliced)
                        .isEqualTo(MAPPER.readTree(shortly.text()).path("entry").size());
            }
            shortPage = next(shortly);
            longPage = next(longly);
        }
        assertThat(shortPage).isEqualTo(longPage);
    }

    private void isAlike(Answer shortly, Answer longly) {
        assertThat(shortly.status()).as(shortly.text()).isEqualTo(200);
        assertThat(withoutIds(shortly.text())).isEqualTo(withoutIds(longly.text()));
        assertThat(headers(shortly)).isEqualTo(headers(longly));
        assertThat(recorded(shortly)).isEqualTo(recorded(longly));
    }

    private static Optional<String> next(Answer page) throws IOException {
        for (JsonNode link : MAPPER.readTree(page.text()).path("link")) {
            if (link.path("relation").asText().equals("next")) {
                return Optional.of(link.path("url").asText());
            }
        }
        return Optional.empty();
    }

    // Each search has its own, and its own time.
    private static String withoutIds(String page) {
        return page.replaceFirst("\"id\":\"[^\"]+\",\"meta\":\\{\"lastUpdated\":\"[^\"]+\"},\"type\"", "\"type\"")
                .replaceAll("_getpages=[^&\"]+", "_getpages=");
    }

    private static Map<String, Object> headers(Answer answer) {
        Map<String, Object> headers = new TreeMap<>(answer.response().headers().map());
        headers.keySet()
                .removeIf(name -> name.matches(
                        "date|x-request-id|last-modified|content-l.*|connection|keep-alive|transfer-encoding"));
        return headers;
    }

    private String recorded(Answer answer) {
        String id = answer.header("X-Request-ID");
        return new RecordedRequests(server)
                .of(id)
                .replace(id, "")
                .replaceAll("\"(time|at|recorded)\":\"[^\"]+\"", "")
                .replaceAll("\\{[^{}]*_getpages[^{}]*}", "");
    }

    private static int found(FhirClient caller, String query) throws IOException {
        Answer answer = caller.get(query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return MAPPER.readTree(answer.text()).path("entry").size();
    }

    private FhirClient with(Role role, String patient, String scopes) {
        return FhirClient.withToken(server.fhirBase(), tokens.of(role, patient, scopes));
    }

    private String patientWith(int observations) {
        Patient patient = client.create(Records.patient("Seite"));
        for (int i = 0; i < observations; i++) {
            client.create(
                    Records.observation("Patient/" + patient.getIdElement().getIdPart()));
        }
        return patient.getIdElement().getIdPart();
    }

    private String synthea() throws IOException {
        try (InputStream bundle =
                Objects.requireNonNull(getClass().getResourceAsStream("/fhir/synthea-patient.json"))) {
            return client
                    .send("POST", "/", BodyPublishers.ofByteArray(bundle.readAllBytes()), "Content-Type", JSON)
                    .resource(Bundle.class)
                    .getEntry()
                    .stream()
                    .map(entry -> new IdType(entry.getResponse().getLocation()))
                    .filter(id -> id.getResourceType().equals("Patient"))
                    .map(IdType::getIdPart)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
