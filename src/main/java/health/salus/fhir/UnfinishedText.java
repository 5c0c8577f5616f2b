package health.salus.fhir;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * Marks a resource of which HAPI asks the text before its references are known, which is when it gives each resource of a
 * transaction its id. HAPI keeps no more of that text than its hash, until it asks again for the one that is stored.
 */
final class UnfinishedText {

    /** Stands for the text; no resource has it, so that the hash of the real one differs. */
    static final String JSON = "{}";

    private static final String USER_DATA = UnfinishedText.class.getName();

    private UnfinishedText() {}

    /** Says that the next text of the resource is not stored. */
    static void announce(IBaseResource resource) {
        ((Resource) resource).setUserData(USER_DATA, true);
    }

    /** Says that it is. */
    static void forget(IBaseResource resource) {
        ((Resource) resource).clearUserData(USER_DATA);
    }

    /** Tells, once for each time that it was said, whether the text that is being written is not stored. */
    static boolean isDue(IBaseResource resource) {
        if (resource.getUserData(USER_DATA) == null) {
            return false;
        }
        forget(resource);
        return true;
    }
}
