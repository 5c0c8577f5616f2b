package health.salus.smart;

import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lets a person choose the patient whom an app is to be about, among those whose records they may read. */
@Component
@ConditionalOnEmbeddedIssuer
class PatientPicker {

    private final PatientDirectory patients;
    private final InstitutionRules institution;

    PatientPicker(PatientDirectory patients, InstitutionRules institution) {
        this.patients = patients;
        this.institution = institution;
    }

    /** Searches by what the person has typed, see {@link PatientDirectory#search}. */
    List<PatientDirectory.Choice> search(RequestedLaunch launch, String text) {
        return patients.search(launch.tenant(), text, allowed(launch));
    }

    /** Tells whether the person may choose the patient with this id. */
    boolean offers(RequestedLaunch launch, String id) {
        return launch.mayPick()
                && allowed(launch).map(it -> it.contains(id)).orElse(true)
                && patients.find(launch.tenant(), id).isPresent();
    }

    private Optional<Set<String>> allowed(RequestedLaunch launch) {
        return institution.patientsOf(launch.user());
    }
}
