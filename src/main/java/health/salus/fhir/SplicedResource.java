package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

import java.util.Date;
import java.util.Optional;

/**
 * A resource on a page of results whose JSON was put together out of what is stored ({@link StoredJson}), so that nobody has
 * made an object of it. HAPI goes on with an object that has its type, its id, its version and when it was changed, and none of
 * its elements: it is for those who need no more, and {@link #json} is for the others.
 */
public final class SplicedResource {

    private static final String USER_DATA = SplicedResource.class.getName();

    private SplicedResource() {}

    /** Makes the object for a stored version with this JSON. */
    static Resource of(FhirContext context, StoredVersion version, String json) {
        Resource resource =
                (Resource) context.getResourceDefinition(version.type()).newInstance();
        resource.setId(version.type() + "/" + version.id() + "/_history/" + version.version());
        resource.getMeta()
                .setVersionId(String.valueOf(version.version()))
                .setLastUpdated(new Date(version.updated().getTime()));
        resource.setUserData(USER_DATA, json);
        return resource;
    }

    /** Returns all of such a resource in one line, or nothing if the object is any other and has its elements. */
    public static Optional<String> json(IBaseResource resource) {
        return Optional.ofNullable((String) resource.getUserData(USER_DATA));
    }
}
