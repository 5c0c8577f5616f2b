package health.salus.fhir;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

import java.util.Optional;
import java.util.function.Function;

/**
 * The JSON of a resource that was just read, out of what is stored of it, which spares writing all its elements.
 *
 * <p>It stays with the object through everything that decides whether and how to show it. Whoever changes the answer puts
 * another object in its place, be it a copy; {@link AttachmentView} changes the object itself, but only where
 * {@link StoredJson#splice} declines.
 */
final class StoredAnswer {

    private static final String USER_DATA = StoredAnswer.class.getName();

    private final Resource resource;
    private final Function<String, Optional<String>> json;

    private StoredAnswer(Resource resource, Function<String, Optional<String>> json) {
        this.resource = resource;
        this.json = json;
    }

    /**
     * Keeps the JSON with the resource.
     *
     * @param json writes it for a FHIR base without a slash at its end, or returns nothing if the elements are needed
     */
    static void keep(Resource resource, Function<String, Optional<String>> json) {
        resource.setUserData(USER_DATA, new StoredAnswer(resource, json));
    }

    /** Returns the JSON that was kept with this very object, if it can be had for a FHIR base. */
    static Optional<String> of(IBaseResource resource, String base) {
        return resource.getUserData(USER_DATA) instanceof StoredAnswer answer
                        // A copy of a resource may take its user data along.
                        && answer.resource == resource
                        && !base.endsWith("/")
                ? answer.json.apply(base)
                : Optional.empty();
    }
}
