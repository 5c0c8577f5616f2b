package health.salus.blob;

/**
 * One version of a resource that holds a blob. As long as one owner is left, the blob stays.
 *
 * @param resourceType a FHIR resource type, such as {@code DocumentReference}
 * @param resourceId   the resource's id without type, unique within its tenant
 * @param version      the {@code meta.versionId}, from 1
 */
public record BlobOwner(String resourceType, String resourceId, long version) {

    public BlobOwner {
        if (resourceType.isBlank() || resourceId.isBlank() || version < 1) {
            throw new IllegalArgumentException("A blob's owner is a resource type, an id and a version from 1");
        }
    }
}
