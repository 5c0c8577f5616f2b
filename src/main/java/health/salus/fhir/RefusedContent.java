package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.blob.ContentRefusedException;
import org.hl7.fhir.r4.model.Resource;

/**
 * The refusal of a resource that is an entry of a batch. The entries are looked at before any of them is stored, but one
 * that is refused must not take the others along: so the refusal goes with the resource object until its turn comes.
 */
final class RefusedContent {

    private static final String USER_DATA = RefusedContent.class.getName();

    private RefusedContent() {}

    /** Runs what may refuse a resource, and keeps the refusal with the resource. */
    static void keep(Resource resource, Runnable treatment) {
        try {
            treatment.run();
        } catch (UnprocessableEntityException refusal) {
            resource.setUserData(USER_DATA, refusal);
        } catch (ContentRefusedException refusal) {
            resource.setUserData(USER_DATA, new UnprocessableEntityException(refusal.getMessage(), refusal));
        }
    }

    /** Throws the refusal that was kept with a resource, if there is one. */
    static void rethrow(Resource resource) {
        if (resource.getUserData(USER_DATA) instanceof UnprocessableEntityException refusal) {
            throw refusal;
        }
    }
}
