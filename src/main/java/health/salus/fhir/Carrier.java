package health.salus.fhir;

import health.salus.blob.BlobId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A resource that is stored as one, and what it carries.
 *
 * @param attachments all its attachments: its own, those of what it contains, and those in extensions
 * @param binaries    the resource itself if it is a {@code Binary}, and those inside it
 * @param reserved    the extensions that only a server may write
 */
record Carrier(Resource resource, List<Attachment> attachments, List<Binary> binaries, List<Extension> reserved) {

    /** The blobs that it names, whether or not it has a right to them. */
    Set<BlobId> blobs() {
        return Stream.concat(
                        attachments.stream().map(BlobReference::of),
                        binaries.stream().map(BlobReference::of))
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Names other blobs in the place of some, by the map's keys. */
    void exchange(Map<BlobId, BlobId> kept) {
        for (Attachment attachment : attachments) {
            BlobReference.of(attachment)
                    .map(kept::get)
                    .ifPresent(it -> attachment.setUrl(BlobReference.relativeUrl(it)));
        }
        for (Binary binary : binaries) {
            BlobReference.of(binary).map(kept::get).ifPresent(it -> BlobReference.put(binary, it, embeds(binary)));
        }
    }

    /** Tells whether a {@code Binary} lies inside the resource, where it has no address under which it could be read. */
    boolean embeds(Binary binary) {
        return binary != resource;
    }

    /** Tells whether its content is under a signature, which would break if anything in it were moved. */
    boolean isSigned() {
        return resource instanceof Bundle bundle && bundle.hasSignature();
    }
}
