package health.salus.hl7v2;

import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** An old result never wins, whenever and however often it comes. */
class LateResultIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String name = "LATE" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);

    @Test
    void preliminaryFinalAndCorrectedAreThreeVersionsOfOneResult() throws Exception {
        messages.process(message("1", "0900", obx("P", "4.0")), message("2", "1000", obx("F", "4.1")));
        messages.process(message("3", "1100", obx("C", "4.2")));
        assertPotassium("3", "corrected", "4.2");
    }

    @Test
    void latePreliminaryResultNeverReplacesAFinalOne() throws Exception {
        messages.process(message("1", "1000", obx("F", "4.1")), message("2", "0900", obx("P", "4.0")));
        messages.process(message("3", "1200", obx("P", "3.9")));
        assertPotassium("1", "final", "4.1");
        assertThat(messages.row("3"))
                .containsEntry("state", "PROCESSED")
                .hasEntrySatisfying(
                        "warnings",
                        it -> assertThat((String) it)
                                .contains("What the store has of the Observation is newer and was left"));
    }

    @Test
    void latePreliminaryReportNeverReplacesAFinalOne() throws Exception {
        messages.process(message("1", "1000", obx("F", "4.1")), statusOfTheReport("P", "2", "0900"));
        messages.process(statusOfTheReport("P", "3", "1200"));
        assertThat(report().getStatus().toCode()).isEqualTo("final");
        assertThat(report().getMeta().getVersionId()).isEqualTo("1");

        messages.process(statusOfTheReport("C", "4", "1300"), statusOfTheReport("F", "5", "1100"));
        assertThat(report().getStatus().toCode()).isEqualTo("corrected");
        assertThat(report().getMeta().getVersionId()).isEqualTo("2");
    }

    private String statusOfTheReport(String status, String number, String time) {
        return message(number, time, obx("F", "4.1")).replaceFirst("\\|F\r", "|" + status + "\r");
    }

    @Test
    void olderFinalResultNeverReplacesACorrectionOrANewerFinalOne() throws Exception {
        messages.process(message("1", "1100", obx("C", "4.2")), message("2", "1000", obx("F", "4.1")));
        assertPotassium("1", "corrected", "4.2");
        messages.process(message("3", "1300", obx("C", "4.4")), message("4", "1200", obx("C", "4.3")));
        assertPotassium("2", "corrected", "4.4");
    }

    @Test
    void replayOfAnOldMessageChangesNothing() throws Exception {
        messages.process(message("1", "0900", obx("P", "4.0")), message("2", "1000", obx("F", "4.1")));
        List<String> before = versions();
        messages.replay("1");
        messages.replay("2");
        assertPotassium("2", "final", "4.1");
        assertThat(versions()).isEqualTo(before).anyMatch(it -> it.startsWith("Provenance"));
    }

    @Test
    void theLastOfManyThatComeAtOnceWins() throws Exception {
        List<Thread> senders = new ArrayList<>();
        for (String[] each :
                new String[][] {{"1", "0900", "P", "4.0"}, {"2", "1000", "F", "4.1"}, {"3", "1100", "C", "4.2"}}) {
            Thread sender = new Thread(() -> messages.send(message(each[0], each[1], obx(each[2], each[3]))));
            sender.start();
            senders.add(sender);
        }
        for (Thread sender : senders) {
            sender.join();
        }
        for (String number : List.of("1", "2", "3")) {
            messages.awaitDone(number);
        }
        Observation potassium = potassium();
        assertThat(potassium.getStatus().toCode()).isEqualTo("corrected");
        assertThat(potassium.getValueQuantity().getValue()).isEqualByComparingTo("4.2");
    }

    @Test
    void withdrawnResultKeepsItsValueAndSaysThatItIsWrong() throws Exception {
        messages.process(message("1", "1000", obx("F", "4.1")), message("2", "1100", obx("W", "")));
        assertPotassium("2", "entered-in-error", "4.1");
        messages.process(message("3", "1200", obx("F", "5.0")));
        assertPotassium("3", "final", "5.0");
    }

    @Test
    void changeOfStatusAloneKeepsTheValueAndIsDoneOnce() throws Exception {
        messages.process(message("1", "1000", obx("P", "4.1")), message("2", "1100", obx("U", "")));
        assertPotassium("2", "final", "4.1");
        messages.replay("2");
        messages.process(message("3", "1200", obx("U", "")), message("4", "0900", obx("P", "3.9")));
        assertPotassium("2", "final", "4.1");
    }

    @Test
    void changeOfStatusKeepsTheStoredValueThoughAnotherOneComesWithIt() throws Exception {
        messages.process(message("1", "1000", obx("P", "4.1")), message("2", "1100", obx("U", "9.9")));
        assertPotassium("2", "final", "4.1");
        messages.process(message("3", "1200", obx("C", "4.2")), message("4", "1300", obx("U", "9.9")));
        assertPotassium("3", "corrected", "4.2");
    }

    @Test
    void changeOfStatusOfAResultThatNeverCameBringsItsValue() throws Exception {
        messages.process(message("1", "1000", obx("U", "4.1")));
        assertPotassium("1", "final", "4.1");
        messages.process(message("2", "0900", obx("P", "3.9")), message("3", "1100", obx("F", "4.3")));
        assertPotassium("2", "final", "4.3");
    }

    @Test
    void changeOfStatusOfAResultThatNeverCameIsNotLost() throws Exception {
        messages.process(message("1", "1000", obx("U", "")));
        assertThat(messages.row("1").get("state")).isIn("PROCESSED", "INCOMPLETE", "PARKED");
        messages.process(message("2", "0900", obx("P", "4.1")));
        assertThat(messages.row("2")).containsEntry("state", "PROCESSED");
    }

    @Test
    void partOfAReportKeepsItsOtherResults() throws Exception {
        String sodium = "OBX|2|NM|NA^Sodium^L||140|mmol/L|||||F\r";
        messages.process(message("1", "1000", obx("F", "4.1") + sodium), message("2", "1100", obx("C", "4.2")));
        assertThat(report().getResult()).hasSize(2);
        assertPotassium("2", "corrected", "4.2");

        // What a late message brings that no newer one had belongs to the report all the same.
        messages.process(message("3", "0900", "OBX|3|NM|CL^Chloride^L||101|mmol/L|||||P\r"));
        assertThat(report().getResult()).hasSize(3);
    }

    @Test
    void numberOfAnotherPatientIsNotLinkedAcrossPatients() throws Exception {
        messages.process(message("1", "1000", obx("F", "4.1")));
        String other = message("2", "1100", obx("F", "9.9"))
                .replace("|MRN-" + name, "|MRN-" + name + "-OTHER")
                .replace("CL-" + name, "CL-" + name + "-OTHER");
        messages.process(other);
        assertThat(messages.row("2"))
                .containsEntry("state", "INCOMPLETE")
                .hasEntrySatisfying(
                        "reason",
                        it -> assertThat((String) it)
                                .contains("The ServiceRequest with this number belongs to another patient"));
        Observation observation = (Observation) client.search("/Observation?subject:Patient.identifier="
                        + FhirClient.encode("urn:x-hl7v2:CITYLAB:CITYHOSPITAL|MRN-" + name + "-OTHER"))
                .get(0);
        assertThat(observation.getBasedOnFirstRep().hasReference()).isFalse();
        assertThat(observation.getBasedOnFirstRep().getIdentifier().getValue()).isEqualTo("PL-" + name);
    }

    @Test
    void resultUnderANumberOfAnotherPatientIsParkedAndLeavesThatAlone() throws Exception {
        messages.process(message("1", "1000", obx("F", "4.1")));
        messages.process(message("2", "1100", obx("F", "9.9")).replace("|MRN-" + name, "|MRN-" + name + "-OTHER"));
        assertThat(messages.row("2")).containsEntry("state", "PARKED");
        assertPotassium("1", "final", "4.1");
    }

    @Test
    void messageHasOneProvenanceThatNamesItsResources() throws Exception {
        messages.process(message("1", "1000", obx("F", "4.1")));
        List<Resource> found =
                client.search("/Provenance?target=Observation/" + potassium().getIdPart());
        assertThat(found).hasSize(1);
        Provenance provenance = (Provenance) found.get(0);
        assertThat(provenance.getTarget())
                .extracting(it -> it.getReferenceElement().getResourceType())
                .contains("Patient", "Observation", "DiagnosticReport", "ServiceRequest");
        assertThat(provenance.getEntityFirstRep().getWhat().getIdentifier().getValue())
                .isEqualTo(String.valueOf(messages.row("1").get("id")));
        assertThat(provenance.getAgent())
                .extracting(it -> it.getWho().getIdentifier().getValue())
                .contains((String) messages.row("1").get("mapping_version"), "CITYLAB");
    }

    private void assertPotassium(String version, String status, String value) {
        Observation potassium = potassium();
        assertThat(potassium.getMeta().getVersionId()).isEqualTo(version);
        assertThat(potassium.getStatus().toCode()).isEqualTo(status);
        assertThat(potassium.getValueQuantity().getValue()).isEqualByComparingTo(value);
    }

    private Observation potassium() {
        List<Resource> found = client.search("/Observation?code=K&subject:Patient.identifier=" + patient());
        assertThat(found).hasSize(1);
        return (Observation) found.get(0);
    }

    private DiagnosticReport report() {
        List<Resource> found = client.search("/DiagnosticReport?subject:Patient.identifier=" + patient());
        assertThat(found).hasSize(1);
        return (DiagnosticReport) found.get(0);
    }

    private List<String> versions() {
        return client
                .search("/Patient?identifier=" + patient()
                        + "&_revinclude=Observation:patient&_revinclude=DiagnosticReport:patient"
                        + "&_revinclude=ServiceRequest:patient&_revinclude=Provenance:target")
                .stream()
                .map(it -> it.fhirType() + "/" + it.getIdPart() + "/"
                        + it.getMeta().getVersionId())
                .sorted()
                .toList();
    }

    private String patient() {
        return FhirClient.encode("urn:x-hl7v2:CITYLAB:CITYHOSPITAL|MRN-" + name);
    }

    private String message(String number, String time, String results) {
        return "MSH|^~\\&|LABSYS|CITYLAB|SALUS|CITYHOSPITAL|20260301" + time + "||ORU^R01^ORU_R01|" + name + number
                + "|P|2.5.1||||||UNICODE UTF-8\r"
                + "PID|1||MRN-" + name + "^^^CITYHOSPITAL^MR||Muster^Max\r"
                + "OBR|1|PL-" + name + "|CL-" + name + "|CHEM^Chemistry^L|||20260301083000||||||||||||||||||F\r"
                + results;
    }

    private static String obx(String status, String value) {
        return "OBX|1|NM|K^Potassium^L||" + value + "|mmol/L|||||" + status + "\r";
    }
}
