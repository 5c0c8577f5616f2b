package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * What an app may do with the state that it keeps here, by the scopes for {@code Basic} in its token. That it is the state of
 * this app and of no other one is not looked at here.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-state.html#security-and-access-controls">SMART App Launch
 *     2.2, app state, security and access controls</a>
 */
@Component
public class AppStateRights {

    /** The path of the endpoint. */
    static final String PATH = "/app-state";

    private static final String TYPE = "Basic";
    private static final String PATIENT_TYPE = "Patient/";
    private static final String CODE = "code";

    private final FhirBases bases;
    private final InstitutionRules institution;
    // Only there together with the FHIR API.
    private final ObjectProvider<SearchParamMatcher> searches;

    AppStateRights(FhirBases bases, InstitutionRules institution, ObjectProvider<SearchParamMatcher> searches) {
        this.bases = bases;
        this.institution = institution;
        this.searches = searches;
    }

    /** What an app wants to do. */
    public enum Act {
        CREATE(Permission.CREATE),
        UPDATE(Permission.UPDATE),
        DELETE(Permission.DELETE),
        QUERY(Permission.SEARCH);

        private final Permission permission;

        Act(Permission permission) {
            this.permission = permission;
        }
    }

    /** Returns the address of the endpoint, the same for all tenants: the token says which one it is. */
    public String address() {
        return bases.at(PATH);
    }

    /** Returns the FHIR base of the caller's tenant, on which the subjects of states are. */
    public String fhirBase(SmartPrincipal caller) {
        return bases.of(caller.tenant());
    }

    /**
     * Tells whether a caller may do this with a state of the app.
     *
     * @param subject whom it is about, as {@code Practitioner/17}: the person or the patient in context; null if it is for
     *                everybody who uses the app, which only administrators change
     * @param system  system of the app's code for it
     * @param code    the app's code for it
     */
    public boolean allow(SmartPrincipal caller, Act act, @Nullable String subject, String system, String code) {
        return SmartScopes.of(caller.scopes()).clinical().stream()
                        .filter(scope -> scope.permits(TYPE, act.permission))
                        .filter(scope -> isFor(scope.filter(), system, code))
                        .anyMatch(scope -> reaches(scope, caller, act, subject))
                && (subject == null || isOpen(caller, subject));
    }

    private static boolean isFor(ScopeFilter filter, String system, String code) {
        return filter.terms().stream()
                .allMatch(term -> term.name().equals(CODE)
                        && term.tokens().stream()
                                .anyMatch(it -> it.code().equals(code)
                                        && (it.system().isEmpty() || it.system().equals(system))));
    }

    private static boolean reaches(ClinicalScope scope, SmartPrincipal caller, Act act, @Nullable String subject) {
        boolean isPatientInContext = caller.patient() != null && (PATIENT_TYPE + caller.patient()).equals(subject);
        return switch (scope.context()) {
            case SYSTEM -> false;
            case PATIENT -> isPatientInContext;
            case USER ->
                subject == null
                        ? act == Act.QUERY || caller.role() == Role.ADMIN
                        : isPatientInContext || subject.equals(caller.fhirUser());
        };
    }

    // What keeps a record from somebody keeps what apps have noted about the patient from them as well.
    private boolean isOpen(SmartPrincipal caller, String subject) {
        if (!subject.startsWith(PATIENT_TYPE)) {
            return true;
        }
        CallerRules rules = institution.of(caller);
        Basic about = new Basic().setSubject(new Reference(subject));
        return rules.seen()
                        .map(it -> it.contains(subject.substring(PATIENT_TYPE.length())))
                        .orElse(true)
                && !rules.kept(TYPE).holds(new ResourceFacts(about, FhirContext.forR4Cached(), searches::getObject));
    }
}
