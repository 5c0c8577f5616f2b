package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class PatientCompartmentTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    @Test
    void everyTypeSaysInAPlainElementWhomItIsAbout() {
        assertThat(PatientCompartment.types())
                .allSatisfy(type -> assertThat(PatientCompartment.ownerPath(CONTEXT, type))
                        .startsWith(type + ".")
                        .matches("[A-Za-z.]+"));
    }

    @Test
    void thePatientAndWhatIsAboutThePatientAreInside() {
        assertThat(isInside(new Patient().setId("p1"))).isTrue();
        assertThat(isInside(observation("Patient/p1"))).isTrue();
        assertThat(isInside(observation("Patient/p1/_history/3"))).isTrue();
    }

    @Test
    void otherPatientsAndWhatIsAboutThemAreOutside() {
        assertThat(isInside(new Patient().setId("p2"))).isFalse();
        assertThat(isInside(new Patient())).isFalse();
        assertThat(isInside(observation("Patient/p2"))).isFalse();
        assertThat(isInside(observation("Patient/p11"))).isFalse();
        assertThat(isInside(observation("Group/p1"))).isFalse();
        assertThat(isInside(observation("https://elsewhere.example/fhir/Patient/p1")))
                .isFalse();
        assertThat(isInside(new Observation())).isFalse();
    }

    @Test
    void performingOrBeingTheFocusOfAnObservationDoesNotPutItIntoOnesRecord() {
        Observation observation = observation("Patient/p2");
        observation.addPerformer(new Reference("Patient/p1"));
        observation.addFocus(new Reference("Patient/p1"));

        assertThat(isInside(observation)).isFalse();
    }

    @Test
    void aLinkToAPatientDoesNotOpenAnotherPatient() {
        Patient patient = new Patient();
        patient.setId("p2");
        patient.addLink().setOther(new Reference("Patient/p1"));

        assertThat(isInside(patient)).isFalse();
    }

    @Test
    void anAppointmentIsInTheRecordOfItsOnlyPatient() {
        Appointment appointment = new Appointment();
        appointment.addParticipant().setActor(new Reference("Practitioner/d1"));
        assertThat(isInside(appointment)).isFalse();

        appointment.addParticipant().setActor(new Reference("Patient/p1"));
        assertThat(isInside(appointment)).isTrue();

        // Whoever sees it learns who else comes.
        appointment.addParticipant().setActor(new Reference("Patient/p2"));
        assertThat(isInside(appointment)).isFalse();
    }

    @Test
    void aBinaryBelongsToThePatientItNamesForItsSecurity() {
        assertThat(isInside(new Binary().setSecurityContext(new Reference("Patient/p1"))))
                .isTrue();
        assertThat(isInside(new Binary().setSecurityContext(new Reference("Patient/p2"))))
                .isFalse();
        assertThat(isInside(new Binary())).isFalse();
    }

    @Test
    void whatEverybodyMayReadIsInsideAndWhatHoldsSeveralPatientsIsNot() {
        assertThat(isInside(new Practitioner())).isTrue();
        assertThat(isInside(new Questionnaire())).isFalse();
        Group group = new Group();
        group.addMember().setEntity(new Reference("Patient/p1"));
        assertThat(isInside(group)).isFalse();
    }

    private static boolean isInside(IBaseResource resource) {
        return PatientCompartment.contains(CONTEXT, resource, Set.of("p1"));
    }

    private static Observation observation(String subject) {
        return new Observation().setSubject(new Reference(subject));
    }
}
