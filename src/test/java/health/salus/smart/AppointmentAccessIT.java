package health.salus.smart;

import health.salus.testing.FhirClient;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.Appointment.ParticipationStatus;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Patients see when they are expected, and nothing of whom else the institution expects. */
class AppointmentAccessIT {

    private static final FhirClient ANNA = TwoRecords.anna;

    private static String own;
    private static String foreign;
    private static String shared;

    @BeforeAll
    static void make() {
        own = appointment("Patient/anna", "Practitioner/doc");
        foreign = appointment("Patient/bela", "Practitioner/doc");
        shared = appointment("Patient/anna", "Patient/bela");
    }

    @Test
    void aPatientReadsTheirOwnAppointmentAndFindsIt() {
        assertThat(ANNA.get("/Appointment/" + own).status()).isEqualTo(200);
        assertThat(ids("/Appointment")).contains(own).doesNotContain(foreign, shared);
        assertThat(ids("/Appointment?actor=Practitioner/doc")).contains(own).doesNotContain(foreign);
    }

    @Test
    void appointmentsOfOthersAreNotThere() {
        for (String id : List.of(foreign, shared)) {
            assertThat(ANNA.get("/Appointment/" + id).status()).isEqualTo(404);
            assertThat(ANNA.get("/Appointment/" + id + "/_history/1").status()).isEqualTo(404);
            assertThat(total("/Appointment?_id=" + id + "&_summary=count")).isZero();
        }
        assertThat(total("/Appointment?patient=Patient/bela&_summary=count")).isZero();
        assertThat(total("/Appointment?_id=" + own + "&_summary=count")).isEqualTo(1);
    }

    @Test
    void theWholeRecordHasTheOwnAppointmentAndNoOther() {
        assertThat(ids("/Patient/anna/$everything?_count=500")).contains(own).doesNotContain(foreign, shared);
    }

    private static String appointment(String... actors) {
        Appointment appointment = new Appointment().setStatus(AppointmentStatus.PROPOSED);
        for (String actor : actors) {
            appointment.addParticipant().setActor(new Reference(actor)).setStatus(ParticipationStatus.ACCEPTED);
        }
        return TwoRecords.staff.create(appointment).getIdElement().getIdPart();
    }

    private static List<String> ids(String query) {
        return ANNA.search(query).stream()
                .map(Resource::getIdElement)
                .map(it -> it.getIdPart())
                .collect(Collectors.toList());
    }

    private static int total(String query) {
        FhirClient.Answer answer = ANNA.get(query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Bundle.class).getTotal();
    }
}
