package health.salus.fhir;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/** Marks resources that an operation has worked out of what its caller may see, and that are stored nowhere. */
public final class MadeForAnswer {

    private static final String MARK = MadeForAnswer.class.getName();

    private MadeForAnswer() {}

    /** Marks a resource, in memory only. */
    static void mark(Resource resource) {
        resource.setUserData(MARK, true);
    }

    /** Tells whether a resource was made here; one that was stored or came in is none of them. */
    public static boolean isMarked(IBaseResource resource) {
        return resource instanceof Resource made && made.hasUserData(MARK);
    }
}
