package health.salus.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.UrlType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Imports take every good line, in whatever order, and say of every other what is wrong with it. */
class ImportIT {

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final Bulk bulk = new Bulk(client);
    private final String mark = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void resourcesComeInUnderTheirIdsAndOnlyWhatIsNewMakesAVersion() {
        String patients = ndjson(patient("a"), patient("b"));

        JsonNode first = bulk.await(begin(input("Patient", bulk.upload(patients))));
        bulk.await(begin(input("Patient", bulk.upload(patients + "\n"))));

        assertThat(first.get("error")).isEmpty();
        assertThat(bulk.lines(first, "output"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("2 of 2 lines"));
        Patient stored = client.get("/Patient/a-" + mark).resource(Patient.class);
        assertThat(stored.getNameFirstRep().getFamily()).isEqualTo("Einfuhr");
        assertThat(stored.getMeta().getVersionId()).isEqualTo("1");
    }

    @Test
    void referencesMayPointBackwardsForwardsAndInCircles() {
        Organization one =
                (Organization) new Organization().setPartOf(organization("two")).setId("one-" + mark);
        Organization two =
                (Organization) new Organization().setPartOf(organization("one")).setId("two-" + mark);
        String filler = Stream.iterate(0, number -> number + 1)
                .limit(250)
                .map(number -> ndjson(new Organization().setName("Filler").setId("o" + number + "-" + mark)))
                .collect(Collectors.joining());
        Observation early = Records.observation("Patient/late-" + mark);
        early.setId("early-" + mark);

        JsonNode manifest = bulk.await(begin(
                input("Observation", bulk.upload(ndjson(early))),
                input("Organization", bulk.upload(ndjson(one) + filler + ndjson(two))),
                input("Patient", bulk.upload(ndjson(patient("late"))))));

        assertThat(manifest.get("error")).isEmpty();
        assertThat(client.get("/Observation/early-" + mark).status()).isEqualTo(200);
        assertThat(client.get("/Organization/one-" + mark)
                        .resource(Organization.class)
                        .getPartOf()
                        .getReference())
                .isEqualTo("Organization/two-" + mark);
        assertThat(client.get("/Organization/two-" + mark).status()).isEqualTo(200);
    }

    @Test
    void badLinesAreReportedWithTheirNumbersAndTheOthersAreTaken() {
        Observation dangling = Records.observation("Patient/nobody-" + mark);
        dangling.setId("dangling-" + mark);
        String good = "{\"resourceType\":\"Observation\",\"id\":\"good%d-" + mark
                + "\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}\n";
        String lines = good.formatted(1)
                + "no json\n"
                + "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":1e999}}\n"
                + ndjson(dangling)
                + "{\"resourceType\":\"Patient\"}\n"
                + "{\"resourceType\":\"Observation\",\"nonsense\":1}\n"
                + "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"" + "x".repeat(11_000_000) + "\"}}\n"
                + "\n"
                + good.formatted(2).strip();

        JsonNode manifest = bulk.await(begin(input("Observation", bulk.upload(lines))));

        List<OperationOutcome> problems = bulk.lines(manifest, "error").stream()
                .map(line -> FhirClient.FHIR.newJsonParser().parseResource(OperationOutcome.class, line))
                .toList();
        assertThat(problems.stream()
                        .map(it -> it.getIssueFirstRep()
                                .getLocation()
                                .get(0)
                                .getValue()
                                .replaceAll(".* line ", "")))
                .containsExactly("2", "3", "4", "5", "6", "7", "8");
        assertThat(problems.get(2).getIssueFirstRep().getDiagnostics()).contains("not found");
        assertThat(problems.get(5).getIssueFirstRep().getDiagnostics()).contains("longest-line");
        assertThat(client.get("/Observation/good1-" + mark).status()).isEqualTo(200);
        assertThat(client.get("/Observation/good2-" + mark).status()).isEqualTo(200);
        assertThat(client.get("/Observation/dangling-" + mark).status()).isEqualTo(404);
    }

    @Test
    void whatWasExportedComesInAsItWas() {
        Patient patient = patient("round");
        client.put("/Patient/round-" + mark, patient);
        String line = client.get("/Patient/round-" + mark).text();
        client.delete("/Patient/round-" + mark);

        bulk.await(begin(input("Patient", bulk.upload(line))));

        Patient back = client.get("/Patient/round-" + mark).resource(Patient.class);
        assertThat(back.getNameFirstRep().equalsDeep(patient.getNameFirstRep())).isTrue();
        assertThat(back.getMeta().getVersionId()).isEqualTo("3");
    }

    @Test
    void uploadIsReadBackAsTheFileThatItIs() {
        String upload = bulk.upload(ndjson(patient("file")));

        Answer answer = client.get("/Binary/" + upload, "Accept", "application/fhir+ndjson");
        assertThat(answer.header("Content-Type")).isEqualTo("application/fhir+ndjson");
        assertThat(answer.text()).isEqualTo(ndjson(patient("file")));
    }

    @Test
    void manifestMayBeParameters() {
        Parameters parameters = new Parameters();
        parameters.addParameter().setName("inputFormat").setValue(new CodeType("application/fhir+ndjson"));
        Parameters.ParametersParameterComponent input =
                parameters.addParameter().setName("input");
        input.addPart().setName("type").setValue(new CodeType("Patient"));
        input.addPart()
                .setName("url")
                .setValue(new UrlType(server.fhirBase() + "/Binary/" + bulk.upload(ndjson(patient("p")))));

        bulk.await(bulk.begin("/$import", parameters));

        assertThat(client.get("/Patient/p-" + mark).status()).isEqualTo(200);
    }

    @Test
    void everyResourceIsInTheTrail() {
        bulk.await(begin(input("Patient", bulk.upload(ndjson(patient("traced"))))));

        assertThat(server.bean(JdbcClient.class)
                        .sql("""
                                SELECT count(*) FROM salus_audit_event
                                 WHERE content::jsonb ->> 'event' = 'bulk-import wrote' AND content LIKE :target
                                """)
                        .param("target", "%traced-" + mark + "%")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void importTakesTheRightToWriteEachType() {
        String upload = bulk.upload(ndjson(patient("x")));
        assertThat(as(Role.SYSTEM, "system/Patient.rs system/Binary.rs").status(input("Patient", upload)))
                .isEqualTo(403);
        assertThat(as(Role.SYSTEM, "system/Observation.cruds system/Binary.rs").status(input("Patient", upload)))
                .isEqualTo(403);
        assertThat(as(Role.PRACTITIONER, "user/*.cruds").status(input("Patient", upload)))
                .isEqualTo(403);
        assertThat(as(Role.PATIENT, "patient/*.rs").status(input("Patient", upload)))
                .isEqualTo(403);
        assertThat(as(Role.ADMIN, "user/*.cruds").status(input("SearchParameter", upload)))
                .isEqualTo(403);
        assertThat(as(Role.SYSTEM, "system/Patient.cruds").status(input("Patient", upload)))
                .isIn(400, 403);
    }

    @Test
    void referenceByConditionTakesTheRightToSearch() {
        Patient asking = patient("asking");
        asking.addGeneralPractitioner(new Reference("Practitioner?identifier=urn:test|" + mark));
        String scope = "system/Patient.cruds system/Binary.cruds";
        FhirClient narrow = FhirClient.withToken(server.fhirBase(), tokens.of(Role.SYSTEM, null, scope));
        Bulk other = new Bulk(narrow);

        JsonNode manifest =
                other.await(begin("{\"input\":[" + input("Patient", other.upload(ndjson(asking))) + "]}", narrow));

        assertThat(other.lines(manifest, "error"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("references by a search"));
        assertThat(client.get("/Patient/asking-" + mark).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"input\":[]}",
                "{\"input\":[{\"type\":\"Nonsense\",\"url\":\"Binary/1\"}]}",
                "{\"input\":[{\"type\":\"AuditEvent\",\"url\":\"Binary/1\"}]}",
                "{\"input\":[{\"type\":\"Patient\",\"url\":\"Binary/not-there\"}]}",
                "{\"input\":[{\"type\":\"Patient\",\"url\":\"http://127.0.0.1:5432/\"}]}",
                "{\"input\":[{\"type\":\"Patient\",\"url\":\"http://169.254.169.254/latest/meta-data\"}]}",
                "{\"input\":[{\"type\":\"Patient\",\"url\":\"https://elsewhere.example.org/x\"}]}",
                "{\"input\":[{\"type\":\"Patient\",\"url\":\"file:///etc/passwd\"}]}",
                "{\"inputFormat\":\"csv\",\"input\":[{\"type\":\"Patient\",\"url\":\"Binary/1\"}]}",
                "{\"resourceType\":\"Patient\"}",
                "no json"
            })
    void whatIsNoManifestIsRefused(String manifest) {
        assertThat(begin(manifest, client).status()).isEqualTo(400);
    }

    private Attempt as(Role role, String scope) {
        FhirClient other = FhirClient.withToken(server.fhirBase(), tokens.of(role, "somebody", scope));
        return input -> begin("{\"input\":[" + input + "]}", other).status();
    }

    private interface Attempt {
        int status(String input);
    }

    private Answer begin(String... inputs) {
        return begin(
                "{\"inputFormat\":\"application/fhir+ndjson\",\"input\":[" + String.join(",", inputs) + "]}", client);
    }

    private static Answer begin(String manifest, FhirClient client) {
        return client.send(
                "POST",
                "/$import",
                BodyPublishers.ofString(manifest),
                "Content-Type",
                "application/json",
                "Prefer",
                "respond-async");
    }

    private static String input(String type, String binary) {
        return "{\"type\":\"" + type + "\",\"url\":\"Binary/" + binary + "\"}";
    }

    private Patient patient(String name) {
        Patient patient = Records.patient("Einfuhr");
        patient.setId(name + "-" + mark);
        return patient;
    }

    private Reference organization(String name) {
        return new Reference("Organization/" + name + "-" + mark);
    }

    private static String ndjson(Resource... resources) {
        return Stream.of(resources)
                .map(it -> FhirClient.FHIR.newJsonParser().encodeResourceToString(it) + "\n")
                .collect(Collectors.joining());
    }
}
