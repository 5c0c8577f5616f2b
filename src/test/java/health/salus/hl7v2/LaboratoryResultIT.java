package health.salus.hl7v2;

import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Specimen;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.HealthContributorRegistry;
import org.springframework.boot.actuate.health.HealthEndpointGroups;
import org.springframework.boot.actuate.health.Status;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/** A laboratory result on its whole way: from the MLLP socket to the search that finds it. */
class LaboratoryResultIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final JdbcClient database = server.bean(JdbcClient.class);

    @Test
    void resultIsFoundByASearch() throws Exception {
        process(example("L1"));

        Patient patient =
                only(Patient.class, "/Patient?identifier=" + token("urn:oid:2.16.840.1.113883.19.4.6|MRN-L1"));
        assertThat(patient.getNameFirstRep().getFamily()).isEqualTo("Mustermann");
        Observation glucose = only(Observation.class, observation("L1", "2345-7"));
        assertThat(glucose.getSubject().getReference()).isEqualTo("Patient/" + idOf(patient));
        assertThat(glucose.getValueQuantity().getValueElement().getValueAsString())
                .isEqualTo("105.0");
        assertThat(glucose.getMeta().getSource()).startsWith("urn:hl7v2:lab:L1");
        DiagnosticReport report = only(DiagnosticReport.class, "/DiagnosticReport?result=" + idOf(glucose));
        assertThat(report.getResult()).hasSize(3);
        assertThat(report.getStatus().toCode()).isEqualTo("final");
        assertThat(client.search("/Observation?_source=" + token("urn:hl7v2:lab:L1")))
                .hasSize(3);
        only(ServiceRequest.class, "/ServiceRequest?subject=" + idOf(patient));
        only(Specimen.class, "/Specimen?subject=" + idOf(patient));
    }

    @Test
    void processingAMessageAgainMakesNoNewVersion() throws Exception {
        process(example("L2"));
        List<String> before = versions("L2");
        assertThat(before).hasSize(7).allMatch(it -> it.endsWith("/1"));

        database.sql("UPDATE salus_hl7v2_message SET state = 'RECEIVED', processed_at = NULL WHERE control_id = 'L2'")
                .update();
        server.bean(MessageWorkers.class).wake();
        awaitProcessed("L2");

        assertThat(versions("L2")).isEqualTo(before);
    }

    @Test
    void correctionReplacesTheResultAndLeavesThePatientAlone() throws Exception {
        process(example("L3"));
        Observation first = only(Observation.class, observation("L3", "2345-7"));

        process(example("L3")
                .replace("|L3|", "|L3b|")
                .replace("||105.0|", "||95.0|")
                .replace("|70-99|H|||F|", "|70-99|N|||C|")
                .replace("Mustermann^Erika", "Other^Name"));

        Observation corrected = only(Observation.class, observation("L3", "2345-7"));
        assertThat(idOf(corrected)).isEqualTo(idOf(first));
        assertThat(corrected.getStatus().toCode()).isEqualTo("corrected");
        assertThat(corrected.getValueQuantity().getValueElement().getValueAsString())
                .isEqualTo("95.0");
        Patient patient =
                only(Patient.class, "/Patient?identifier=" + token("urn:oid:2.16.840.1.113883.19.4.6|MRN-L3"));
        assertThat(patient.getNameFirstRep().getFamily()).isEqualTo("Mustermann");
        assertThat(patient.getMeta().getVersionId()).isEqualTo("1");
    }

    @Test
    void documentOfAReportIsNotKeptInTheDatabase() throws Exception {
        byte[] pdf = ("%PDF-1.4\n" + "%".repeat(100_000)).getBytes(StandardCharsets.US_ASCII);
        String segment = "OBX|4|ED|PDF^Report^L||LAB^AP^PDF^Base64^"
                + Base64.getEncoder().encodeToString(pdf) + "||||||F\r";
        process(example("L4").replace("SPM|", segment + "SPM|"));

        DiagnosticReport report = only(
                DiagnosticReport.class,
                "/DiagnosticReport?result=" + idOf(only(Observation.class, observation("L4", "2345-7"))));
        assertThat(report.getPresentedFormFirstRep().hasData()).isFalse();
        FhirClient.Answer document =
                client.get(report.getPresentedFormFirstRep().getUrl(), "Accept", "application/pdf");
        assertThat(document.status()).isEqualTo(200);
        assertThat(document.body()).isEqualTo(pdf);
    }

    @Test
    void messageWhoseDocumentIsSomethingElseIsParkedWithTheReason() throws Exception {
        byte[] program = ("MZ" + "\0".repeat(100)).getBytes(StandardCharsets.US_ASCII);
        String segment = "OBX|4|ED|PDF^Report^L||LAB^AP^PDF^Base64^"
                + Base64.getEncoder().encodeToString(program) + "||||||F\r";
        send(example("L6").replace("SPM|", segment + "SPM|"));

        awaitState("L6", "PARKED");

        String reason = database.sql("SELECT reason FROM salus_hl7v2_message WHERE control_id = 'L6'")
                .query(String.class)
                .single();
        assertThat(reason).contains("application/pdf").contains("application/x-msdownload");
        assertThat(client.search("/Patient?identifier=MRN-L6")).isEmpty();
    }

    @Test
    void healthKnowsTheInterfaceAndTheProbesDoNot() {
        HealthEndpointGroups groups = server.bean(HealthEndpointGroups.class);
        assertThat(server.bean(HealthContributorRegistry.class).getContributor("hl7v2"))
                .isInstanceOfSatisfying(
                        Hl7v2Health.class,
                        it -> assertThat(it.health().getStatus()).isEqualTo(Status.UP));
        assertThat(groups.getNames()).contains("liveness", "readiness");
        assertThat(groups.getNames())
                .noneMatch(name -> requireNonNull(groups.get(name)).isMember("hl7v2"));
    }

    /** The example message with a patient, an order and a control id of its own. */
    private static String example(String name) throws IOException {
        return Files.readString(Path.of("hl7-mappings/examples/ORU_R01.hl7"))
                .replace("CL-000001", name)
                .replace("4711", "MRN-" + name)
                .replace("CL-88231", "CL-" + name)
                .replace("PL-2026-118", "PL-" + name)
                .replace('\n', '\r');
    }

    private void process(String message) throws Exception {
        awaitProcessed(send(message));
    }

    /** Sends a message, which is acknowledged in any case, and returns its control id. */
    private String send(String message) throws Exception {
        String controlId = message.split("\\|")[9];
        try (MllpClient laboratory = new MllpClient(server.mllpPort())) {
            assertThat(laboratory.ask(message)).contains("MSA|AA|" + controlId);
        }
        return controlId;
    }

    private void awaitProcessed(String controlId) throws InterruptedException {
        awaitState(controlId, "PROCESSED");
    }

    private void awaitState(String controlId, String state) throws InterruptedException {
        MessageWorkerIT.await(() -> database.sql("SELECT state FROM salus_hl7v2_message WHERE control_id = :id")
                .param("id", controlId)
                .query(String.class)
                .single()
                .equals(state));
    }

    /** Names every resource of a message with its version. */
    private List<String> versions(String name) {
        return client
                .search("/Patient?identifier=" + token("urn:oid:2.16.840.1.113883.19.4.6|MRN-" + name)
                        + "&_revinclude=Observation:patient&_revinclude=DiagnosticReport:patient"
                        + "&_revinclude=ServiceRequest:patient&_revinclude=Specimen:patient")
                .stream()
                .map(it -> it.fhirType() + "/" + idOf(it) + "/" + it.getMeta().getVersionId())
                .sorted()
                .toList();
    }

    private static String observation(String name, String code) {
        return "/Observation?code=" + token("http://loinc.org|" + code) + "&subject:Patient.identifier="
                + token("urn:oid:2.16.840.1.113883.19.4.6|MRN-" + name);
    }

    private <T extends Resource> T only(Class<T> type, String query) {
        List<Resource> found = client.search(query);
        assertThat(found).as(query).hasSize(1).first().isInstanceOf(type);
        return type.cast(found.get(0));
    }

    private static String token(String value) {
        return FhirClient.encode(value);
    }

    private static String idOf(Resource resource) {
        return resource.getIdElement().getIdPart();
    }
}
