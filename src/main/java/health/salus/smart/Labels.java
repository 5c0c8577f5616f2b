package health.salus.smart;

import health.salus.tenant.AccessState;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Security labels that take a clearance: the confidentiality codes R (restricted) and V (very restricted), and those that the
 * institution has named as its own.
 *
 * @see <a href="https://hl7.org/fhir/R4/security-labels.html">FHIR R4, security labels</a>
 */
final class Labels {

    /** The code system of R and V. */
    static final String CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    private static final List<ScopeFilter.Token> CONFIDENTIAL =
            List.of(new ScopeFilter.Token(CONFIDENTIALITY, "R"), new ScopeFilter.Token(CONFIDENTIALITY, "V"));

    private Labels() {}

    /** Returns all that take a clearance in a tenant. */
    static List<ScopeFilter.Token> restricted(AccessState state) {
        return Stream.concat(
                        CONFIDENTIAL.stream(),
                        state.policy().restrictedLabels().stream().map(ScopeFilter.Token::of))
                .toList();
    }

    /**
     * Returns what is kept from a caller for its labels.
     *
     * <p>R and V say who among those who care for a patient may look, and keep nothing from the patient. What the institution
     * has named itself is kept from everybody without the clearance.
     */
    static ResourceCondition kept(AccessState state, SmartPrincipal caller, String type) {
        boolean mayBeThere = state.labelled().contains(type)
                || state.labelled().contains(ClinicalScope.ANY_TYPE)
                || (type.equals(ClinicalScope.ANY_TYPE) && !state.labelled().isEmpty());
        if (!mayBeThere) {
            return ResourceCondition.NOTHING;
        }
        return ResourceCondition.anyOf(restricted(state).stream()
                .filter(label -> !isCleared(caller.clearance(), label))
                .filter(label -> caller.role() != Role.PATIENT || !CONFIDENTIAL.contains(label))
                .<ResourceCondition>map(ResourceCondition.HasLabel::new)
                .toList());
    }

    private static boolean isCleared(Set<String> clearance, ScopeFilter.Token label) {
        return clearance.contains(label.toString())
                || (CONFIDENTIAL.contains(label) && clearance.contains(label.code()));
    }
}
