package health.salus.smart;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.IdType;

import java.util.Optional;

/**
 * A resource that a request, or an entry of a bundle, names by its id in order to change it.
 *
 * @param permission what is to be done with it
 */
record ChangedResource(String type, String id, Permission permission) {

    static Optional<ChangedResource> of(RestOperationTypeEnum kind, String type, IIdType id) {
        return permission(kind).map(it -> new ChangedResource(type, id.getIdPart(), it));
    }

    /** Reads an entry; nothing if it reads, makes something, or names its resource by a condition. */
    static Optional<ChangedResource> of(BundleEntryRequestComponent entry) {
        return BundleEntries.interaction(entry)
                .filter(interaction -> !interaction.conditional())
                .flatMap(interaction -> {
                    String url = entry.getUrl();
                    IdType id = new IdType(url.startsWith("/") ? url.substring(1) : url);
                    return id.hasIdPart() ? of(interaction.kind(), interaction.type(), id) : Optional.empty();
                });
    }

    private static Optional<Permission> permission(RestOperationTypeEnum kind) {
        return switch (kind) {
            case UPDATE, PATCH -> Optional.of(Permission.UPDATE);
            case DELETE -> Optional.of(Permission.DELETE);
            default -> Optional.empty();
        };
    }
}
