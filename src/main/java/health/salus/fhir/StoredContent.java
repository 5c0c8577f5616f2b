package health.salus.fhir;

import health.salus.blob.BlobId;
import org.hl7.fhir.r4.model.Resource;

import java.util.Optional;
import java.util.Set;

/**
 * What is known of a resource's attachments when they have left it. It goes along with the resource object on its way into
 * the database, so that nobody walks over the resource again, also when the transaction is tried again.
 *
 * @param named   the blobs that the resource names
 * @param brought those of them whose bytes came with this very request, which gives the resource a right to them
 */
record StoredContent(Set<BlobId> named, Set<BlobId> brought) {

    private static final String USER_DATA = StoredContent.class.getName();

    StoredContent {
        named = Set.copyOf(named);
        brought = Set.copyOf(brought);
    }

    static Optional<StoredContent> of(Resource resource) {
        return Optional.ofNullable((StoredContent) resource.getUserData(USER_DATA));
    }

    void attachTo(Resource resource) {
        resource.setUserData(USER_DATA, this);
    }
}
