package health.salus.tenant;

import java.util.List;

/**
 * What an institution has decided about who sees what.
 *
 * @param assignedOnly           whether practitioners see only the patients they care for, and not all of the tenant
 * @param deniedUnlessPermitted  whether a record is closed unless its patient consents, and not open unless the patient denies
 * @param emergencyDespiteConsent whether an emergency opens a record that its patient has closed
 * @param restrictedLabels       security labels of the institution's own that take a clearance, each as {@code system|code}
 */
public record AccessPolicy(
        boolean assignedOnly,
        boolean deniedUnlessPermitted,
        boolean emergencyDespiteConsent,
        List<String> restrictedLabels) {

    public AccessPolicy {
        restrictedLabels = List.copyOf(restrictedLabels);
    }
}
