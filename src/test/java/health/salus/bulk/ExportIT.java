package health.salus.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Exports hold what a client could read one by one, and nothing else. */
class ExportIT {

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final Bulk bulk = new Bulk(client);

    @Test
    void everyLineIsWhatAReadAnswers() {
        String patient = "Patient/" + id(client.create(odd(Records.patient("Ausfuhr"))));
        client.create(Records.observation(patient));
        client.create(Records.document(patient, Records.pdf(200_000)));
        client.create(small(patient));
        client.post("/", Records.visit("Ausfuhr"));

        JsonNode manifest = bulk.export("/$export?_type=Patient,Observation,DocumentReference,Encounter");

        assertThat(Bulk.types(manifest)).containsExactly("Patient", "Observation", "DocumentReference", "Encounter");
        List<String> lines = bulk.lines(manifest, "output");
        assertThat(lines)
                .hasSizeGreaterThan(6)
                .allSatisfy(line -> assertThat(client.get(address(line)).text()).isEqualTo(line));
    }

    @Test
    void manifestSaysWhatWasAskedAndWhen() {
        Instant before = Instant.now();
        JsonNode manifest = bulk.export("/$export?_type=Patient&_outputFormat=ndjson");

        assertThat(manifest.get("request").asText())
                .isEqualTo(server.fhirBase() + "/$export?_type=Patient&_outputFormat=ndjson");
        assertThat(manifest.get("requiresAccessToken").asBoolean()).isTrue();
        assertThat(Instant.parse(manifest.get("transactionTime").asText()))
                .isBetween(before.minusSeconds(12), Instant.now());
        assertThat(manifest.get("error")).isEmpty();
        assertThat(manifest.get("deleted")).isEmpty();
    }

    @Test
    void whatIsChangedOrDeletedDuringTheExportIsInItAsItWas() {
        Observation changed = client.create(Records.observation(newPatient()));
        Observation deleted = client.create(Records.observation(newPatient()));
        Bulk.pause(Duration.ofSeconds(2));
        Answer begun = bulk.begin("/Patient/$export?_type=Observation");
        // The job has taken its time before it begins to read.
        awaitTime(begun);
        client.put("/Observation/" + id(changed), ((Observation) changed.copy()).setIssued(new Date()));
        client.delete("/Observation/" + id(deleted));

        List<String> lines = bulk.output(bulk.await(begun), "Observation");

        assertThat(lines)
                .filteredOn(line -> address(line).endsWith(id(changed)))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("\"versionId\":\"1\""));
        assertThat(lines).anyMatch(line -> address(line).endsWith(id(deleted)));
    }

    @Test
    void sinceFindsWhatWasChangedAndWhatWasDeleted() {
        String patient = newPatient();
        String early = id(client.create(Records.observation(patient)));
        String gone = id(client.create(Records.observation(patient)));
        Bulk.pause(Duration.ofMillis(50));
        String since = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        String late = id(client.create(Records.observation(patient)));
        client.delete("/Observation/" + gone);

        JsonNode manifest = bulk.export("/Patient/$export?_type=Observation&_since=" + since);

        List<String> ids = ids(bulk.output(manifest, "Observation"));
        assertThat(ids).contains(late).doesNotContain(early, gone);
        List<String> deletions = bulk.lines(manifest, "deleted").stream()
                .map(line -> FhirClient.FHIR.newJsonParser().parseResource(Bundle.class, line))
                .map(bundle -> bundle.getEntryFirstRep().getRequest().getUrl())
                .toList();
        assertThat(deletions).contains("Observation/" + gone).doesNotContain("Observation/" + early);
        assertThat(ids(bulk.output(bulk.export("/$export?_type=Observation&_until=" + since), "Observation")))
                .contains(early)
                .doesNotContain(late, gone);
    }

    @Test
    void patientExportHoldsRecordsAndNothingBeside() {
        String patient = newPatient();
        String observation = id(client.create(Records.observation(patient)));
        Observation about = Records.observation(patient).setSubject(null);
        String ofNobody = id(client.create(about));
        Observation focusing = Records.observation(patient).setSubject(null).addFocus(new Reference(patient));
        String pointing = id(client.create(focusing));
        client.create(new Practitioner());

        JsonNode manifest = bulk.export("/Patient/$export");

        assertThat(Bulk.types(manifest))
                .contains("Patient", "Observation")
                .doesNotContain("Practitioner", "Organization");
        assertThat(ids(bulk.output(manifest, "Observation")))
                .contains(observation)
                .doesNotContain(ofNobody, pointing);
    }

    @Test
    void namedPatientsAndMembersOfAGroupAreExportedAlone() {
        String anna = newPatient();
        String bela = newPatient();
        String cora = newPatient();
        String ofAnna = id(client.create(Records.observation(anna)));
        client.create(Records.observation(bela));
        Group group = new Group().setType(Group.GroupType.PERSON).setActual(true);
        group.addMember().setEntity(new Reference(anna));
        group.addMember().setEntity(new Reference(bela)).setInactive(true);
        group.addMember().setEntity(new Reference(cora));
        String id = id(client.create(group));

        JsonNode members = bulk.export("/Group/" + id + "/$export");
        assertThat(ids(bulk.output(members, "Patient"))).containsExactlyInAnyOrder(part(anna), part(cora));
        assertThat(ids(bulk.output(members, "Observation"))).containsExactly(ofAnna);

        Parameters one = new Parameters();
        one.addParameter().setName("patient").setValue(new Reference(anna));
        one.addParameter().setName("_type").setValue(new StringType("Patient"));
        assertThat(ids(bulk.output(bulk.await(bulk.begin("/Patient/$export", one)), "Patient")))
                .containsExactly(part(anna));
        assertThat(ids(bulk.output(bulk.await(bulk.begin("/Group/" + id + "/$export", one)), "Patient")))
                .containsExactly(part(anna));
        assertThat(bulk.begin("/Group/does-not-exist/$export").status()).isEqualTo(404);
    }

    @Test
    void deletedResourceOfAChosenPatientIsTold() {
        String patient = newPatient();
        String other = newPatient();
        String since = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        String gone = id(client.create(Records.observation(patient)));
        String elsewhere = id(client.create(Records.observation(other)));
        client.delete("/Observation/" + gone);
        client.delete("/Observation/" + elsewhere);
        Parameters one = new Parameters();
        one.addParameter().setName("patient").setValue(new Reference(patient));
        one.addParameter().setName("_since").setValue(new InstantType(since));

        List<String> deleted = bulk.lines(bulk.await(bulk.begin("/Patient/$export", one)), "deleted");

        assertThat(deleted).singleElement().satisfies(line -> assertThat(line).contains(gone));
    }

    @Test
    void searchesChooseWithinATypeAndLeaveTheOthersWhole() {
        String patient = newPatient();
        String match = id(client.create(Records.observation(patient)
                .addCategory(new org.hl7.fhir.r4.model.CodeableConcept()
                        .addCoding(new Coding("urn:test", "chosen", null)))));
        String other = id(client.create(Records.observation(patient)));

        JsonNode manifest = bulk.export(
                "/$export?_type=Patient,Observation&_typeFilter=Observation%3Fcategory%3Durn:test%7Cchosen,Observation%3Fcategory%3Dnone");

        assertThat(ids(bulk.output(manifest, "Observation"))).contains(match).doesNotContain(other);
        assertThat(ids(bulk.output(manifest, "Patient"))).contains(part(patient));
    }

    @Test
    void elementsLeaveOutTheRestAndSaySo() {
        String patient = newPatient();

        List<String> lines = bulk.output(bulk.export("/$export?_type=Patient&_elements=id,Patient.gender"), "Patient");

        assertThat(lines)
                .filteredOn(line -> line.contains(part(patient)))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("SUBSETTED").doesNotContain("family"));
    }

    @Test
    void filesComeZippedInPartsAndAsTheyAre() throws IOException {
        newPatient();
        JsonNode manifest = bulk.export("/$export?_type=Patient");
        String url = manifest.get("output").get(0).get("url").asText();
        Answer plain = client.get(url, "Accept", "application/fhir+ndjson");
        Answer zipped = client.get(url, "Accept-Encoding", "gzip");

        assertThat(plain.header("Content-Type")).isEqualTo("application/fhir+ndjson");
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
                .isEqualTo(plain.body());
        assertThat(client.get(url, "Range", "bytes=0-9").text())
                .isEqualTo(new String(plain.body(), 0, 10, StandardCharsets.UTF_8));
        assertThat(client.get(url, "Accept-Encoding", "gzip;q=0").header("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void deletingAJobTakesItsFilesAway() {
        newPatient();
        Answer begun = bulk.begin("/$export?_type=Patient");
        JsonNode manifest = bulk.await(begun);
        String status = begun.header("Content-Location");
        String file = manifest.get("output").get(0).get("url").asText();

        assertThat(client.delete(status).status()).isEqualTo(202);

        assertThat(client.get(status).status()).isEqualTo(404);
        assertThat(client.get(file).status()).isEqualTo(404);
        assertThat(server.bean(JdbcClient.class)
                        .sql("SELECT count(*) FROM salus_bulk_job WHERE id = :id")
                        .param("id", UUID.fromString(status.replaceAll(".*job=", "")))
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void jobsAndFilesAreTheirClientsAlone() {
        newPatient();
        Answer begun = bulk.begin("/$export?_type=Patient");
        String file = bulk.await(begun).get("output").get(0).get("url").asText();
        FhirClient other = FhirClient.withToken(server.fhirBase(), tokens.of(Role.SYSTEM, null, "system/*.cruds"));

        for (String address : List.of(begun.header("Content-Location"), file)) {
            assertThat(other.get(address).status()).isEqualTo(404);
            assertThat(other.get(address.replace("/fhir/", "/fhir/north/")).status())
                    .isEqualTo(401);
            assertThat(FhirClient.anonymous(server.fhirBase()).get(address).status())
                    .isEqualTo(401);
        }
        assertThat(other.delete(begun.header("Content-Location")).status()).isEqualTo(404);
        assertThat(client.get(file).status()).isEqualTo(200);
    }

    @Test
    void scopesChooseTheTypesAndCountAgainWithEveryRequest() {
        String patient = newPatient();
        client.create(Records.observation(patient));
        Bulk wide = as(Role.SYSTEM, "system/Patient.rs system/Observation.rs");
        Bulk narrow = as(Role.SYSTEM, "system/Patient.rs");

        Answer begun = wide.begin("/$export");
        JsonNode manifest = wide.await(begun);
        assertThat(Bulk.types(manifest)).containsExactlyInAnyOrder("Patient", "Observation");
        assertThat(narrow.client().get(begun.header("Content-Location")).status())
                .isEqualTo(403);
        assertThat(Bulk.stream(manifest.get("output"))
                        .map(file ->
                                narrow.client().get(file.get("url").asText()).status()))
                .containsOnly(200, 403);
        assertThat(narrow.begin("/$export?_type=Observation").status()).isEqualTo(403);
        assertThat(as(Role.SYSTEM, "system/Patient.r").begin("/$export").status())
                .isEqualTo(403);
        assertThat(narrow.begin("/$export?_typeFilter=Patient%3F_has:Observation:patient:code%3D1")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void onlyProgramsAndAdministratorsExport() {
        assertThat(as(Role.PATIENT, "patient/*.rs system/*.rs")
                        .begin("/$export")
                        .status())
                .isEqualTo(403);
        assertThat(as(Role.PATIENT, "patient/*.rs system/*.rs")
                        .begin("/Patient/$export")
                        .status())
                .isEqualTo(403);
        assertThat(as(Role.PRACTITIONER, "user/*.cruds").begin("/$export").status())
                .isEqualTo(403);
        assertThat(as(Role.PRACTITIONER, "user/*.cruds")
                        .begin("/Patient/$export")
                        .status())
                .isEqualTo(403);
        Answer administrator = as(Role.ADMIN, "user/*.rs").begin("/$export?_type=Group");
        assertThat(administrator.status()).isEqualTo(202);
        assertThat(as(Role.PATIENT, "patient/*.rs")
                        .client()
                        .get(administrator.header("Content-Location"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void latestProvenanceIsThatWhichWasRecordedLastOfEachExportedResource() {
        String patient = newPatient();
        String observation = "Observation/" + id(client.create(Records.observation(patient)));
        String first = provenance("2026-03-01T00:00:00Z", observation, patient);
        String second = provenance("2026-04-01T00:00:00Z", observation);
        String early = provenance("2026-02-01T00:00:00Z", observation, patient);
        String elsewhere = provenance("2026-05-01T00:00:00Z", newPatient());

        JsonNode manifest = bulk.await(
                bulk.begin("/Patient/$export", chosen(patient, "Patient,Observation", "LatestProvenanceResources")));
        assertThat(Bulk.types(manifest)).containsExactly("Patient", "Observation", "Provenance");
        assertThat(ids(bulk.output(manifest, "Provenance"))).containsExactlyInAnyOrder(first, second);

        // Those of what is not in the export are not in it either.
        assertThat(ids(bulk.output(
                        bulk.await(bulk.begin(
                                "/Patient/$export", chosen(patient, "Observation", "LatestProvenanceResources"))),
                        "Provenance")))
                .containsExactly(second);
        // Asked for as a type of its own, the others still stay out.
        assertThat(ids(bulk.output(
                        bulk.await(bulk.begin(
                                "/Patient/$export",
                                chosen(patient, "Provenance,Observation", "LatestProvenanceResources"))),
                        "Provenance")))
                .containsExactly(second)
                .doesNotContain(early, elsewhere);
    }

    @Test
    void relevantProvenanceIsAllThatIsAboutExportedResources() {
        String patient = newPatient();
        String observation = "Observation/" + id(client.create(Records.observation(patient)));
        String first = provenance("2026-03-01T00:00:00Z", observation);
        String second = provenance("2026-04-01T00:00:00Z", observation);
        String ofPatient = provenance("2026-04-01T00:00:00Z", patient);
        String elsewhere = provenance("2026-05-01T00:00:00Z", newPatient());

        assertThat(ids(bulk.output(
                        bulk.await(bulk.begin(
                                "/Patient/$export",
                                chosen(
                                        patient,
                                        "Observation",
                                        "LatestProvenanceResources,RelevantProvenanceResources"))),
                        "Provenance")))
                .containsExactlyInAnyOrder(first, second);
        assertThat(ids(bulk.output(
                        bulk.await(bulk.begin(
                                "/Patient/$export",
                                chosen(patient, "Observation,Provenance", "RelevantProvenanceResources"))),
                        "Provenance")))
                .containsExactlyInAnyOrder(first, second, ofPatient);
        assertThat(ids(bulk.output(
                        bulk.export("/$export?_type=Observation&includeAssociatedData=RelevantProvenanceResources"),
                        "Provenance")))
                .contains(first, second)
                .doesNotContain(ofPatient, elsewhere);
    }

    @Test
    void provenanceOfWhatHasNotChangedSinceStaysOutAndThatOfWhatHasIsThereHoweverOld() {
        String patient = newPatient();
        String old = "Observation/" + id(client.create(Records.observation(patient)));
        Observation changing = client.create(Records.observation(patient));
        String ofOld = provenance("2026-03-01T00:00:00Z", old);
        String ofChanged = provenance("2026-03-01T00:00:00Z", "Observation/" + id(changing));
        Bulk.pause(Duration.ofMillis(50));
        String since = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        client.put("/Observation/" + id(changing), ((Observation) changing.copy()).setIssued(new Date()));

        Parameters asked = chosen(patient, "Observation", "LatestProvenanceResources");
        asked.addParameter().setName("_since").setValue(new InstantType(since));

        assertThat(ids(bulk.output(bulk.await(bulk.begin("/Patient/$export", asked)), "Provenance")))
                .containsExactly(ofChanged)
                .doesNotContain(ofOld);
    }

    @Test
    void provenanceTakesTheScopeForIt() {
        Bulk narrow = as(Role.SYSTEM, "system/Patient.rs");
        String query = "/$export?_type=Patient&includeAssociatedData=";

        assertThat(narrow.begin(query + "LatestProvenanceResources").status()).isEqualTo(403);
        JsonNode lenient = narrow.await(narrow.begin(query + "_other", "respond-async,handling=lenient"));
        assertThat(narrow.lines(lenient, "error"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("includeAssociatedData"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_type=Patient,Nonsense",
                "_unknown=1",
                "includeAssociatedData=_myProvenanceResources",
                "_typeFilter=Observation",
                "_typeFilter=Patient%3Fnonsense%3D1",
                "_typeFilter=Patient%3F_sort%3Dname"
            })
    void whatIsNotUnderstoodIsRefused(String query) {
        assertThat(bulk.begin("/$export?_type=Patient&" + query).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"_outputFormat=csv", "_since=yesterday", "_since=1e99", "_elements=%2B", "patient=Patient/1"})
    void nonsenseIsRefusedEvenToLenientClients(String query) {
        assertThat(bulk.begin("/$export?" + query, "respond-async, handling=lenient")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void lenientClientsAreToldWhatWasLeftAside() {
        JsonNode manifest =
                bulk.await(bulk.begin("/$export?_type=Patient,Nonsense&_unknown=1", "respond-async, handling=lenient"));

        assertThat(bulk.lines(manifest, "error"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(FhirClient.FHIR
                                .newJsonParser()
                                .parseResource(OperationOutcome.class, line)
                                .getIssueFirstRep()
                                .getSeverity())
                        .isEqualTo(OperationOutcome.IssueSeverity.INFORMATION));
    }

    @Test
    void clientsThatAskTooMuchAreToldWhenToComeAgain() {
        Bulk other = as(Role.SYSTEM, "system/*.rs");
        // Two workers have the first ones in their hands for a second at least.
        List<Answer> begun = Stream.generate(() -> other.begin("/$export?_type=Group"))
                .limit(6)
                .toList();
        String last = begun.get(4).header("Content-Location");
        Answer first = other.client().get(last);
        Answer second = other.client().get(last);
        begun.stream().limit(5).forEach(job -> other.client().delete(job.header("Content-Location")));

        assertThat(begun).extracting(Answer::status).containsExactly(202, 202, 202, 202, 202, 429);
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("X-Progress")).isNotEmpty();
        assertThat(first.header("Retry-After")).isEqualTo("5");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.header("Retry-After")).isEqualTo("5");
    }

    @Test
    void exportHasToBeAskedForAsynchronously() {
        assertThat(client.get("/$export").status()).isEqualTo(400);
        assertThat(client.get("/$bulk-status?job=nonsense").status()).isEqualTo(404);
        assertThat(client.get("/$bulk-status").status()).isEqualTo(404);
    }

    @Test
    void capabilityStatementNamesTheOperations() {
        CapabilityStatement statement = client.get("/metadata").resource(CapabilityStatement.class);

        assertThat(statement.hasInstantiates("http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"))
                .isTrue();
        assertThat(statement.getRestFirstRep().getOperation())
                .anySatisfy(operation -> assertThat(operation.getName()).isEqualTo("export"));
    }

    private void awaitTime(Answer begun) {
        UUID job = UUID.fromString(begun.header("Content-Location").replaceAll(".*job=", ""));
        JdbcClient database = server.bean(JdbcClient.class);
        while (database.sql("SELECT transaction_time IS NULL FROM salus_bulk_job WHERE id = :id")
                .param("id", job)
                .query(Boolean.class)
                .single()) {
            Thread.onSpinWait();
        }
    }

    private Bulk as(Role role, String scope) {
        return new Bulk(FhirClient.withToken(server.fhirBase(), tokens.of(role, "somebody", scope)));
    }

    private String provenance(String recorded, String... targets) {
        Provenance provenance = new Provenance().setRecordedElement(new InstantType(recorded));
        List.of(targets).forEach(target -> provenance.addTarget(new Reference(target)));
        provenance.addAgent().getWho().setDisplay("A nurse");
        return id(client.create(provenance));
    }

    private static Parameters chosen(String patient, String types, String associated) {
        Parameters parameters = new Parameters();
        parameters.addParameter().setName("patient").setValue(new Reference(patient));
        parameters.addParameter().setName("_type").setValue(new StringType(types));
        parameters.addParameter().setName("includeAssociatedData").setValue(new StringType(associated));
        return parameters;
    }

    private String newPatient() {
        return "Patient/" + id(client.create(Records.patient("Ausfuhr")));
    }

    /** What HAPI sorts, escapes, or writes in its own way. */
    private static Patient odd(Patient patient) {
        patient.getMeta().addTag("urn:z", "z", "last").addTag("urn:a", "a", "first \"quoted\" } ]");
        patient.getMeta().addSecurity("urn:s", "s", null);
        patient.getMeta().addProfile("http://example.org/b").addProfile("http://example.org/a");
        patient.getMeta().addExtension(new Extension("urn:in-meta", new StringType("é \u2028 €")));
        patient.getMeta().setSource("urn:where-from");
        patient.setLanguage("de");
        patient.addExtension(new Extension("urn:number", new DecimalType("1.10")));
        patient.addContained(new Practitioner().setId("p"));
        patient.addGeneralPractitioner(new Reference("#p"));
        return patient;
    }

    private static Resource small(String patient) {
        org.hl7.fhir.r4.model.DocumentReference document = Records.document(patient, Records.pdf(20));
        document.addContent().setAttachment(new Attachment().setUrl("Binary/not-ours"));
        return document;
    }

    private static String id(Resource resource) {
        return resource.getIdElement().getIdPart();
    }

    private static String part(String reference) {
        return reference.substring(reference.indexOf('/') + 1);
    }

    private static String address(String line) {
        JsonNode resource = Bulk.json(line);
        return "/" + resource.get("resourceType").asText() + "/"
                + resource.get("id").asText();
    }

    private static List<String> ids(List<String> lines) {
        return lines.stream().map(line -> Bulk.json(line).get("id").asText()).toList();
    }
}
