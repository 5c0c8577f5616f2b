package health.salus.hl7v2;

import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Two numbers that turn out to be one patient become one record, whatever comes later under either. */
class PatientMergeIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String name = "MRG" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);

    @Test
    void everythingOfTheRetiredRecordBelongsToTheSurvivor() {
        messages.process(result("1", "OLD", "K"), result("2", "NEW", "K"));
        String retired = patient("OLD").getIdPart();
        String survivor = patient("NEW").getIdPart();
        messages.process(merge("3", "NEW", "OLD"));

        assertThat(messages.row("3")).containsEntry("state", "PROCESSED");
        assertThat(patients("OLD")).extracting(Resource::getIdPart).containsExactlyInAnyOrder(retired, survivor);
        assertThat(observations(survivor)).hasSize(2);
        assertThat(observations(retired)).isEmpty();
        Patient gone = read(retired);
        assertThat(gone.getActive()).isFalse();
        assertThat(gone.getLinkFirstRep().getType()).isEqualTo(LinkType.REPLACEDBY);
        assertThat(gone.getLinkFirstRep().getOther().getReference()).isEqualTo("Patient/" + survivor);
        Patient kept = read(survivor);
        assertThat(kept.getLinkFirstRep().getType()).isEqualTo(LinkType.REPLACES);
        assertThat(kept.getLinkFirstRep().getOther().getReference()).isEqualTo("Patient/" + retired);
        assertThat(kept.getIdentifier())
                .filteredOn(it -> it.getUse() == IdentifierUse.OLD)
                .extracting(it -> it.getValue())
                .containsExactly(number("OLD"));
    }

    @Test
    void laterMessagesUnderTheRetiredNumberFindTheSurvivor() {
        messages.process(result("1", "OLD", "K"), result("2", "NEW", "K"));
        String survivor = patient("NEW").getIdPart();
        messages.process(merge("3", "NEW", "OLD"), result("4", "OLD", "NA"), corrected("5", "OLD", "K"));
        assertThat(messages.row("4")).containsEntry("state", "PROCESSED");
        assertThat(messages.row("5")).containsEntry("state", "PROCESSED");
        assertThat(observations(survivor))
                .extracting(it -> it.getCode().getCodingFirstRep().getCode() + " "
                        + it.getStatus().toCode())
                .containsExactlyInAnyOrder("K corrected", "K final", "NA final");
        assertThat(patients("OLD")).hasSize(2);
    }

    @Test
    void replayOfAMergeChangesNothing() {
        messages.process(result("1", "OLD", "K"), result("2", "NEW", "K"), merge("3", "NEW", "OLD"));
        List<String> before = versions();
        messages.replay("3");
        messages.process(merge("4", "NEW", "OLD"));
        assertThat(messages.row("3")).containsEntry("state", "PROCESSED");
        assertThat(messages.row("4")).containsEntry("state", "PROCESSED");
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void numberWithoutARecordIsKeptForWhatComesUnderIt() {
        messages.process(merge("1", "NEW", "OLD"), result("2", "OLD", "K"));
        assertThat(messages.row("2")).containsEntry("state", "PROCESSED");
        assertThat(patients("OLD")).hasSize(1);
        assertThat(observations(patient("NEW").getIdPart())).hasSize(1);
    }

    @Test
    void mergeBackIsParkedAndChangesNothing() {
        messages.process(result("1", "OLD", "K"), result("2", "NEW", "K"), merge("3", "NEW", "OLD"));
        List<String> before = versions();
        messages.process(merge("4", "OLD", "NEW"));
        assertThat(messages.row("4"))
                .containsEntry("state", "PARKED")
                .containsEntry("reason", "The patient of PID-3 was merged into that of MRG-1 before");
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void patientWhoWasMergedIsNotMergedIntoAnother() {
        messages.process(result("1", "OLD", "K"), merge("2", "NEW", "OLD"));
        messages.process(merge("3", "OTHER", "OLD"), merge("4", "OLD", "OTHER"));
        assertThat(messages.row("3"))
                .containsEntry("state", "PARKED")
                .containsEntry("reason", "The patient of MRG-1 was merged into another than that of PID-3 before");
        assertThat(patients("OTHER")).isEmpty();
        messages.process(result("5", "OTHER", "K"), merge("6", "OLD", "OTHER"));
        assertThat(messages.row("6"))
                .containsEntry("state", "PARKED")
                .containsEntry("reason", "The patient of PID-3 was merged into another before and cannot take one in");
    }

    @Test
    void mergedRecordsCanBeMergedOn() {
        messages.process(result("1", "OLD", "K"), merge("2", "NEW", "OLD"), result("3", "OTHER", "K"));
        messages.process(merge("4", "OTHER", "NEW"), result("5", "OLD", "NA"));
        assertThat(messages.row("5")).containsEntry("state", "PROCESSED");
        assertThat(observations(patient("OTHER").getIdPart())).hasSize(3);

        // What was true once is not taken for a merge back.
        List<String> before = versions();
        messages.replay("2");
        assertThat(messages.row("2")).containsEntry("state", "PROCESSED");
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void auditTrailNamesBothPatientsAndWhatWasMoved() {
        messages.process(result("1", "OLD", "K"), result("2", "NEW", "K"));
        String retired = patient("OLD").getIdPart();
        messages.process(merge("3", "NEW", "OLD"));
        String entry = server.bean(JdbcClient.class)
                .sql("SELECT content FROM salus_audit_event WHERE content LIKE '%\"requestId\":\"' || :id || '\"%'"
                        + " AND content LIKE '%ADT^A40%'")
                .param("id", String.valueOf(messages.row("3").get("id")))
                .query(String.class)
                .single();
        assertThat(entry).contains(retired, patient("NEW").getIdPart(), "\"type\":\"Observation\"");
    }

    private List<String> versions() {
        return List.of("OLD", "NEW").stream()
                .flatMap(it -> client
                        .search("/Patient?identifier=" + FhirClient.encode(number(it))
                                + "&_revinclude=Observation:patient&_revinclude=DiagnosticReport:patient"
                                + "&_revinclude=ServiceRequest:patient")
                        .stream())
                .map(it -> it.fhirType() + "/" + it.getIdPart() + "/"
                        + it.getMeta().getVersionId())
                .sorted()
                .distinct()
                .toList();
    }

    @Test
    void mergesAndResultsThatComeAtOnceEndInOneRecordWithAllResults() throws Exception {
        messages.process(result("1", "P0", "K"));
        List<List<String>> senders = new ArrayList<>();
        for (int patient = 1; patient <= 3; patient++) {
            List<String> sent = new ArrayList<>();
            for (int result = 1; result <= 3; result++) {
                sent.add(result("R" + patient + result, "P" + patient, "T" + result));
            }
            senders.add(sent);
            senders.add(List.of(merge("M" + patient, "P0", "P" + patient)));
        }
        List<Thread> threads = senders.stream()
                .map(sent -> new Thread(() -> sent.forEach(messages::send)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (String number : List.of("R11", "R12", "R13", "R21", "R22", "R23", "R31", "R32", "R33", "M1", "M2", "M3")) {
            messages.awaitDone(number);
            assertThat(messages.row(number)).as(number).containsEntry("state", "PROCESSED");
        }
        String survivor = patient("P0").getIdPart();
        assertThat(observations(survivor)).hasSize(10);
        assertThat(patients("P1"))
                .filteredOn(it -> !MergedPatient.isRetired(it))
                .hasSize(1);
    }

    private List<Observation> observations(String patient) {
        return client.search("/Observation?patient=" + patient).stream()
                .map(Observation.class::cast)
                .toList();
    }

    private Patient read(String id) {
        return client.get("/Patient/" + id).resource(Patient.class);
    }

    /** The one record under a number, or the one that is not retired. */
    private Patient patient(String which) {
        List<Patient> present = patients(which).stream()
                .filter(it -> !MergedPatient.isRetired(it))
                .toList();
        assertThat(present).hasSize(1);
        return present.get(0);
    }

    private List<Patient> patients(String which) {
        return client.search("/Patient?identifier=" + FhirClient.encode(number(which))).stream()
                .map(Patient.class::cast)
                .toList();
    }

    private String number(String which) {
        return which + "-" + name;
    }

    private String merge(String number, String surviving, String retired) {
        return head(number, "ADT^A40") + "EVN||20260301\r" + pid(surviving) + "MRG|" + number(retired)
                + "^^^CITYHOSPITAL^MR\r";
    }

    private String result(String number, String which, String code) {
        return result(number, which, code, "F");
    }

    private String corrected(String number, String which, String code) {
        return result(number, which, code, "C");
    }

    private String result(String number, String which, String code, String status) {
        String order = code + number(which);
        return head(number, "ORU^R01") + pid(which) + "OBR|1|PL-" + order + "|CL-" + order
                + "|CHEM^Chemistry^L|||20260301083000||||||||||||||||||" + status + "\rOBX|1|NM|" + code
                + "^Test^L||4|mmol/L|||||"
                + status + "\r";
    }

    private String pid(String which) {
        return "PID|1||" + number(which) + "^^^CITYHOSPITAL^MR||Muster^Max\r";
    }

    private String head(String number, String type) {
        return "MSH|^~\\&|HIS|CITYHOSPITAL|||202603010" + number + "00||" + type + "|" + name + number
                + "|P|2.5.1||||||UNICODE UTF-8\r";
    }
}
