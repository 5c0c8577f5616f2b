package health.salus.hl7v2;

import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** What hospital systems say of patients, visits, appointments and documents goes into what is stored, field by field. */
class AdtIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String name = "ADT" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);

    @Test
    void absentFieldStaysAndExplicitNullDeletes() {
        messages.process(
                adt("1", "0900", "A01", "Muster^Max||19740812|M|||Weg 1^^Köln", visit("20260301080000")),
                adt("2", "1000", "A08", "Muster^Moritz||\"\"", ""));
        Patient patient = patient();
        assertThat(patient.getNameFirstRep().getGivenAsSingleString()).isEqualTo("Moritz");
        assertThat(patient.getAddressFirstRep().getCity()).isEqualTo("Köln");
        assertThat(patient.getGender().toCode()).isEqualTo("male");
        assertThat(patient.hasBirthDate()).isFalse();
    }

    @Test
    void sameDataAgainMakesNoVersion() {
        String data = "Muster^Max||19740812|M|||Weg 1^^Köln||0221 1^PRN^PH";
        messages.process(adt("1", "0900", "A01", data, visit("20260301080000")));
        messages.process(adt("2", "1000", "A08", data, visit("20260301080000")));
        messages.process(adt("3", "1100", "A31", data, ""));
        assertThat(patient().getMeta().getVersionId()).isEqualTo("1");
        assertThat(visit().getMeta().getVersionId()).isEqualTo("1");
        assertThat(messages.row("3")).containsEntry("state", "PROCESSED");
    }

    @Test
    void olderDataChangesNothing() {
        messages.process(
                adt("1", "0900", "A01", "Muster^Max", visit("20260301080000")),
                adt("2", "1200", "A08", "Muster^Moritz", ""),
                adt("3", "1100", "A08", "Falsch^Max||19740812|F", ""));
        assertThat(patient().getNameFirstRep().getFamily()).isEqualTo("Muster");
        assertThat(patient().getMeta().getVersionId()).isEqualTo("2");
        assertThat((String) messages.row("3").get("warnings")).contains("the Patient is newer and was left");
    }

    @Test
    void dischargeKeepsWhatTheAdmissionSaid() {
        messages.process(
                adt("1", "0900", "A01", "Muster^Max", visit("20260301080000")),
                adt("2", "1200", "A03", "Muster^Max", visit("|20260305110000")));
        assertThat(visit().getStatus()).isEqualTo(EncounterStatus.FINISHED);
        assertThat(visit().getPeriod().getStart()).isBefore(visit().getPeriod().getEnd());
    }

    @Test
    void cancelledAppointmentKeepsItsTime() {
        String booked = "SCH|" + name + "|" + name + "F||||^Checkup|||30|min|^^30^20260310090000^20260310093000\r";
        messages.process(
                message("1", "0900", "SIU^S12", booked + pid("MRN-" + name, "Muster^Max")),
                message("2", "1000", "SIU^S15", "SCH|" + name + "|" + name + "F\r" + pid("MRN-" + name, "Muster^Max")));
        Appointment appointment =
                (Appointment) client.search("/Appointment?identifier=" + FhirClient.encode(name + "F"))
                        .get(0);
        assertThat(appointment.getStatus().toCode()).isEqualTo("cancelled");
        assertThat(appointment.hasStart()).isTrue();
    }

    @Test
    void newStatusOfADocumentLeavesItsContent() {
        String kept = "dGhlIGRvY3VtZW50IGl0c2VsZg==";
        messages.process(
                document(
                        "1", "0900", "T02", "DI", "OBX|1|ED|PDF^Report||^application^pdf^Base64^" + kept + "||||||F\r"),
                document("2", "1000", "T04", "AU", ""));
        DocumentReference document =
                (DocumentReference) client.search("/DocumentReference?identifier=" + FhirClient.encode(name + "D"))
                        .get(0);
        assertThat(document.getMeta().getVersionId()).isEqualTo("2");
        assertThat(document.getDocStatus().toCode()).isEqualTo("final");
        assertThat(document.getContentFirstRep().getAttachment().getData())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("the document itself");
    }

    @Test
    void auditTrailNamesWhatAMessageMade() {
        messages.process(adt("1", "0900", "A01", "Muster^Max", visit("20260301080000")));
        assertThat(audited("1"))
                .contains("\"event\":\"ADT^A01\"", "\"client\":\"hl7v2:lab\"", "\"use\":\"CREATED\"")
                .contains("\"id\":\"" + visit().getIdPart() + "\"")
                .contains("\"patients\":[\"" + patient().getIdPart() + "\"]");
    }

    private String audited(String number) {
        return String.join(
                "\n",
                server.bean(JdbcClient.class)
                        .sql(
                                "SELECT content FROM salus_audit_event WHERE content LIKE '%\"requestId\":\"' || :id || '\"%'"
                                        + " AND content LIKE '%\"hl7v2:lab\"%'")
                        .param("id", String.valueOf(messages.row(number).get("id")))
                        .query(String.class)
                        .list());
    }

    private Patient patient() {
        return (Patient) only("/Patient?identifier=" + FhirClient.encode("MRN-" + name));
    }

    private Encounter visit() {
        return (Encounter) only("/Encounter?subject=" + patient().getIdPart());
    }

    private Resource only(String query) {
        List<Resource> found = client.search(query);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private String visit(String times) {
        return "PV1||I|WEST^201^B||||||||||||||||V-" + name + "|||||||||||||||||||||||||" + times + "\r";
    }

    private String document(String number, String time, String event, String status, String content) {
        return message(
                number,
                time,
                "MDM^" + event,
                pid("MRN-" + name, "Muster^Max") + "PV1||I\rTXA|1|CN|TX|20260301080000||||||||" + name + "D|||||"
                        + status + "\r" + content);
    }

    private String adt(String number, String time, String event, String person, String more) {
        return message(number, time, "ADT^" + event, "EVN||20260301\r" + pid("MRN-" + name, person) + more);
    }

    private static String pid(String number, String person) {
        return "PID|1||" + number + "^^^CITYHOSPITAL^MR||" + person + "\r";
    }

    private String message(String number, String time, String type, String segments) {
        return "MSH|^~\\&|HIS|CITYHOSPITAL|||20260301" + time + "||" + type + "|" + name + number
                + "|P|2.5.1||||||UNICODE UTF-8\r" + segments;
    }
}
