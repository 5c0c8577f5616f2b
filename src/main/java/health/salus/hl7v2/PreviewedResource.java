package health.salus.hl7v2;

import java.util.List;

/**
 * What would become of one resource.
 *
 * @param resource {@code Type/id}, or the type alone of one that does not exist yet
 * @param changes  the elements that would be others; those of a new resource are its content
 */
record PreviewedResource(Action action, String resource, List<ChangedElement> changes) {

    PreviewedResource {
        changes = List.copyOf(changes);
    }

    /** What would be done with it. */
    enum Action {
        /** It would be made. */
        CREATE,
        /** It would get a new version. */
        UPDATE,
        /** It would stay as it is. */
        SKIP
    }
}
