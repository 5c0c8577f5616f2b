package health.salus.hl7v2;

import java.util.List;

/**
 * What processing a stored message now would do. It is patient data.
 *
 * @param id             the number of the message
 * @param mappingVersion the rules that it was looked at with
 * @param state          how far it would come: PROCESSED, INCOMPLETE or PARKED
 * @param reasons        why a person would have to look at it
 * @param warnings       what could not be carried over as it is meant
 * @param resources      every resource the message is about, also those that stay as they are
 */
record MessagePreview(
        long id,
        String mappingVersion,
        MessageState state,
        List<String> reasons,
        List<String> warnings,
        List<PreviewedResource> resources) {

    MessagePreview {
        reasons = List.copyOf(reasons);
        warnings = List.copyOf(warnings);
        resources = List.copyOf(resources);
    }

    /** Tells whether anything in the store would be another than it is. */
    boolean changesSomething() {
        return resources.stream().anyMatch(it -> it.action() != PreviewedResource.Action.SKIP);
    }
}
