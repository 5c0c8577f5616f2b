package health.salus.fhir;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestIntent;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code $graphql}, https://hl7.org/fhir/R4/graphql.html. */
class GraphQlIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String family = "Graf" + UUID.randomUUID().toString().substring(0, 8);
    private String patient;
    private String observation;

    @BeforeEach
    void store() {
        Patient stored = Records.patient(family);
        stored.addName().setUse(NameUse.NICKNAME).setText("Graefin");
        patient = id(client.create(stored));
        Observation measured = Records.observation("Patient/" + patient);
        measured.setValue(new Quantity().setValue(new BigDecimal("13.20")).setUnit("g/dL"));
        observation = id(client.create(measured.setEffective(new DateTimeType("2026-01-02"))));
    }

    @Test
    void fieldsOfAResourceAreAnsweredUnderTheNamesThatTheQueryGivesThem() throws Exception {
        JsonNode data =
                data("{ who: Patient(id: \"%s\") { id resourceType __typename nick: name(use: nickname) { text } } }"
                        .formatted(patient));

        assertThat(data)
                .isEqualTo(json(("{'who': {'id': '%s', 'resourceType': 'Patient', '__typename': 'Patient',"
                                + " 'nick': [{'text': 'Graefin'}]}}")
                        .formatted(patient)));
    }

    @Test
    void numbersKeepTheirDigitsAndWhatIsNotThereIsNull() throws Exception {
        Answer answer = ask("{ Observation(id: \"%s\") { valueQuantity { value code } valueString effectiveDateTime } }"
                .formatted(observation));

        assertThat(answer.text())
                .isEqualTo("{\"data\":{\"Observation\":{\"valueQuantity\":{\"value\":13.20,\"code\":null},"
                        + "\"valueString\":null,\"effectiveDateTime\":\"2026-01-02\"}}}");
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void listsAreNarrowedByFhirPathAndFlattened() throws Exception {
        JsonNode data = data("""
                { Patient(id: "%s") { name(fhirpath: "use = 'nickname'") { text }
                    who: name(fhirpath: "family.exists() and text.empty()") @flatten { family @singleton } }
                  Observation(id: "%s") {
                    valueQuantity(fhirpath: "value > 13 and value < 13.5") @flatten { value }
                    subject @flatten { resource @flatten { ... on Patient { id } } } } }""".formatted(patient, observation));

        assertThat(data)
                .isEqualTo(json(("{'Patient': {'name': [{'text': 'Graefin'}], 'family': '%s'},"
                                + " 'Observation': {'value': 13.20, 'id': '%s'}}")
                        .formatted(family, patient)));
    }

    @Test
    void referencesAreFollowedInBothDirections() throws Exception {
        JsonNode data = data("""
                { Observation(id: "%s") { subject { reference resource {
                    ... on Patient { name(_count: 1) { family } ObservationList(_reference: patient) { id } }
                    ... on Group { quantity } } } } }""".formatted(observation));

        JsonNode target = data.at("/Observation/subject/resource");
        assertThat(target.at("/name/0/family").asText()).isEqualTo(family);
        assertThat(target.at("/ObservationList/0/id").asText()).isEqualTo(observation);
        assertThat(target.has("quantity")).isFalse();
    }

    @Test
    void whatIsContainedIsFollowedAndNothingElseIsTakenForIt() throws Exception {
        MedicationRequest request = new MedicationRequest()
                .setStatus(MedicationRequestStatus.ACTIVE)
                .setIntent(MedicationRequestIntent.ORDER)
                .setSubject(new Reference("Patient/" + patient));
        Medication mixture = new Medication();
        mixture.setId("m1");
        mixture.getCode().setText("Mixture");
        request.addContained(mixture);
        String id = id(client.create(request.setMedication(new Reference("#m1"))));

        JsonNode data = data("""
                { MedicationRequest(id: "%s") { medicationReference { resource(type: Medication) {
                    ... on Medication { code { text } MedicationRequestList(_reference: medication) { id } } } } } }""".formatted(id));

        JsonNode target = data.at("/MedicationRequest/medicationReference/resource");
        assertThat(target.at("/code/text").asText()).isEqualTo("Mixture");
        assertThat(target.path("MedicationRequestList").isNull()).isTrue();
    }

    @Test
    void searchesTakeSearchParametersWithDashesAsUnderscores() throws Exception {
        JsonNode data = data("""
                query ($family: String!) { PatientList(family: $family) { id }
                  none: PatientList(family: $family, birthdate: "lt1900") { id }
                  ObservationList(combo_code: ["718-7", "x"], subject: "Patient/%s", _sort: "-date") { id } }""".formatted(patient), "{'family': '%s'}".formatted(family));

        assertThat(data)
                .isEqualTo(json("{'PatientList': [{'id': '%s'}], 'none': [], 'ObservationList': [{'id': '%s'}]}"
                        .formatted(patient, observation)));
    }

    @Test
    void connectionsPageThroughAllThatMatches() throws Exception {
        client.create(Records.patient(family));
        client.create(Records.patient(family));
        String query = "{ PatientConnection(family: \"%s\", _count: 2, _cursor: \"%s\") { count offset pagesize first"
                + " previous next last edges { mode resource { id } } } }";

        JsonNode first = data(query.formatted(family, "0")).path("PatientConnection");
        JsonNode second =
                data(query.formatted(family, first.path("next").asText())).path("PatientConnection");

        assertThat(first.path("count").asInt()).isEqualTo(3);
        assertThat(first.path("edges").size()).isEqualTo(2);
        assertThat(first.path("previous").isNull()).isTrue();
        assertThat(first.path("last").asText()).isEqualTo("2");
        assertThat(second.path("edges").size()).isEqualTo(1);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(second.path("previous").asText()).isEqualTo("0");
        assertThat(first.findValuesAsText("id")).doesNotContainAnyElementsOf(second.findValuesAsText("id"));
    }

    @Test
    void aQueryMayBeAboutOneResource() throws Exception {
        Answer answer = client.get("/Patient/" + patient + "/$graphql?query="
                + FhirClient.encode("{ name { family } ObservationList(_reference: subject) { id } }"));

        assertThat(read(answer).at("/data/name/0/family").asText()).isEqualTo(family);
        assertThat(read(answer).at("/data/ObservationList/0/id").asText()).isEqualTo(observation);
        assertThat(client.get("/Patient/nobody-here/$graphql?query=%7Bid%7D").status())
                .isEqualTo(404);
        assertThat(client.get("/Patient/nobody-here/$graphql?query=%7Bnothing%7D")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aQueryMayBePostedAsItIsOrInJson() throws Exception {
        String query = "{ Patient(id: \"%s\") { id } }".formatted(patient);
        Answer plain =
                client.send("POST", "/$graphql", BodyPublishers.ofString(query), "Content-Type", "application/graphql");
        Answer named = client.send(
                "POST",
                "/$graphql",
                BodyPublishers.ofString(
                        json("{'query': 'query A { Patient(id: 1) { id } } query B($i: ID) { Patient(id: $i)"
                                        + " { id } }', 'operationName': 'B', 'variables': {'i': '%s', 'unused': null}}"
                                                .formatted(patient))
                                .toString()),
                "Content-Type",
                "application/json");

        assertThat(read(plain).at("/data/Patient/id").asText()).isEqualTo(patient);
        assertThat(read(named).at("/data/Patient/id").asText()).as(named.text()).isEqualTo(patient);
    }

    @Test
    void whatCannotBeAnsweredIsAnErrorBesideTheRest() throws Exception {
        Observation open = Records.observation("Patient/" + patient);
        open.addPerformer(new Reference("https://example.org/fhir/Practitioner/1"));
        String id = id(client.create(open));

        JsonNode answer = read(ask("""
                { PatientList(nothing: 1) { id } Patient(id: "%s") { id } Observation(id: "%s") {
                  performer { resource { id } } } optional: Observation(id: "%s") {
                  performer { resource(optional: true) { id } } } }""".formatted(patient, id, id)));

        assertThat(answer.at("/data/PatientList").isNull()).isTrue();
        assertThat(answer.at("/data/Patient/id").asText()).isEqualTo(patient);
        assertThat(answer.at("/data/Observation/performer/0/resource").isNull()).isTrue();
        assertThat(answer.path("errors").size()).isEqualTo(2);
        assertThat(answer.at("/errors/0/message").asText()).contains("nothing");
        assertThat(answer.at("/errors/0/path/0").asText()).isEqualTo("PatientList");
        assertThat(answer.at("/errors/1/path").toString()).isEqualTo("[\"Observation\",\"performer\",0,\"resource\"]");
    }

    @Test
    void aListThatWouldBeCutOffIsNotTakenForAll() throws Exception {
        JsonNode few = read(ask("{ PatientList(_count: 1) { id } }"));
        for (int number = 0; number < 101; number++) {
            client.create(Records.patient(family));
        }
        JsonNode all = read(ask("{ PatientList(family: \"%s\") { id } }".formatted(family)));

        assertThat(few.at("/data/PatientList").size()).isEqualTo(1);
        assertThat(all.at("/data/PatientList").isNull()).isTrue();
        assertThat(all.at("/errors/0/message").asText()).contains("_count", "PatientConnection");
    }

    @Test
    void attachmentsAreShownAsByARead() throws Exception {
        DocumentReference document = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
        document.addContent()
                .setAttachment(new Attachment()
                        .setContentType("text/plain")
                        .setData("x".repeat(500_000).getBytes(UTF_8)));
        String id = id(client.create(document));
        String read = client.get("/DocumentReference/" + id)
                .resource(DocumentReference.class)
                .getContentFirstRep()
                .getAttachment()
                .getUrl();

        Answer answer =
                ask("{ DocumentReference(id: \"%s\") { content { attachment { url data extension { url } } } } }"
                        .formatted(id));

        assertThat(read(answer)
                        .at("/data/DocumentReference/content/0/attachment/url")
                        .asText())
                .isEqualTo(read);
        assertThat(answer.text()).doesNotContain("xxxx").contains("\"extension\":null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{ Nothing(id: 1) { id } }", "mutation { PatientDelete(id: 1) { id } }", "# open"})
    void aQueryThatIsNotUnderstoodIsRefused(String query) {
        Answer answer = ask(query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'query': 1}",
                "{'variables': {}}",
                "{'query': '{ Patient(id: 1) { id } }', 'variables': []}",
                "["
            })
    void aBodyThatIsNotUnderstoodIsRefused(String body) {
        Answer answer = client.send(
                "POST",
                "/$graphql",
                BodyPublishers.ofString(body.replace('\'', '"')),
                "Content-Type",
                "application/json");

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).contains("query");
    }

    @Test
    void aZeroByteIsNotSearchedFor() throws Exception {
        JsonNode answer = read(ask("{ PatientList(family: \"\\u0000\") { id } }"));

        assertThat(answer.at("/errors/0/message").asText()).contains("NUL");
    }

    private Answer ask(String query) {
        return client.get("/$graphql?query=" + FhirClient.encode(query));
    }

    private JsonNode data(String query) throws JsonProcessingException {
        return read(ask(query)).path("data");
    }

    private JsonNode data(String query, String variables) throws JsonProcessingException {
        var body = new ObjectMapper().createObjectNode().put("query", query);
        body.set("variables", json(variables));
        return read(client.send(
                        "POST",
                        "/$graphql",
                        BodyPublishers.ofString(body.toString()),
                        "Content-Type",
                        "application/json"))
                .path("data");
    }

    private static JsonNode read(Answer answer) throws JsonProcessingException {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.text());
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    private static String id(Resource resource) {
        return resource.getIdElement().getIdPart();
    }
}
