package health.salus.smart;

import health.salus.tenant.AccessState;
import health.salus.tenant.Tenants;
import org.springframework.stereotype.Component;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Finds out what the institution and its patients say about a caller. */
@Component
class InstitutionRules {

    private static final String TREATMENT = "TREAT";
    private static final String EMERGENCY = "ETREAT";

    // What an administrator needs to help a patient to a consent, or out of one.
    private static final Set<String> OF_ADMINISTRATION = Set.of("Patient", "Consent");

    private final Tenants tenants;
    private final CarePatients care;
    private final EmergencyAccesses emergencies;
    private final PatientConsents consents;

    InstitutionRules(Tenants tenants, CarePatients care, EmergencyAccesses emergencies, PatientConsents consents) {
        this.tenants = tenants;
        this.care = care;
        this.emergencies = emergencies;
        this.consents = consents;
    }

    /** Returns the rules for a caller, as they are now. */
    CallerRules of(SmartPrincipal caller) {
        AccessState state = tenants.access(caller.tenant());
        boolean assigned = state.policy().assignedOnly() && caller.role() == Role.PRACTITIONER;
        boolean asked = state.consents() > 0 || state.policy().deniedUnlessPermitted();
        if (!assigned && !asked && state.labelled().isEmpty()) {
            return CallerRules.NONE;
        }
        Optional<Set<String>> patients =
                assigned ? Optional.of(care.of(caller.tenant(), caller.fhirUser())) : Optional.empty();
        return new Rules(caller, state, patients, asked);
    }

    /** Returns the ids of the patients of whom a person may open a record, or nothing if those of all patients. */
    Optional<Set<String>> patientsOf(SmartUser user) {
        return of(new SmartPrincipal(
                        user.tenant(), user.role(), user.fhirUser(), user.patient(), Set.of(), "", user.username()))
                .seen();
    }

    private ConsentCaller asNamed(SmartPrincipal caller, Set<String> opened) {
        Set<String> references = new HashSet<>(care.standingFor(caller.tenant(), caller.fhirUser()));
        references.add("Device/" + caller.clientId());
        Set<String> purposes = new HashSet<>(caller.purposes());
        if (purposes.isEmpty() && caller.role() == Role.PRACTITIONER) {
            purposes.add(TREATMENT);
        }
        if (!opened.isEmpty()) {
            purposes.add(EMERGENCY);
        }
        return new ConsentCaller(references, purposes);
    }

    private static <T> Supplier<T> once(Supplier<T> supplier) {
        return new Supplier<>() {
            private Optional<T> known = Optional.empty();

            @Override
            public synchronized T get() {
                if (known.isEmpty()) {
                    known = Optional.of(supplier.get());
                }
                return known.get();
            }
        };
    }

    /** The rules of one request; what has to be looked up is looked up once, and only if it is asked for. */
    private final class Rules implements CallerRules {

        private final SmartPrincipal caller;
        private final AccessState state;
        private final Optional<Set<String>> patients;
        private final boolean asksConsent;
        private final Supplier<Set<String>> opened;
        private final Supplier<ConsentCaller> named;

        private Rules(SmartPrincipal caller, AccessState state, Optional<Set<String>> patients, boolean asksConsent) {
            this.caller = caller;
            this.state = state;
            this.patients = patients;
            // A patient's word is for others.
            this.asksConsent = asksConsent && caller.role() != Role.PATIENT;
            this.opened = once(() -> caller.role() == Role.PRACTITIONER ? emergencies.openTo(caller) : Set.of());
            this.named = once(() -> asNamed(caller, opened.get()));
        }

        @Override
        public Optional<Set<String>> patients() {
            return patients;
        }

        @Override
        public Set<String> opened() {
            return opened.get();
        }

        @Override
        public ResourceCondition kept(String type) {
            boolean asks = asksConsent && !(caller.role() == Role.ADMIN && OF_ADMINISTRATION.contains(type));
            ResourceCondition byConsent = asks
                    ? consents.kept(caller.tenant(), state, named.get(), openedDespiteConsent(), type)
                    : ResourceCondition.NOTHING;
            return ResourceCondition.anyOf(List.of(byConsent, Labels.kept(state, caller, type)));
        }

        private Set<String> openedDespiteConsent() {
            return state.policy().emergencyDespiteConsent() ? opened.get() : Set.of();
        }
    }
}
