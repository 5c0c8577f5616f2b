package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.blob.BlobContent;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Moves the bytes that resources carry inline to the blob store, before the database transaction begins: rollbacks and
 * retries then do no harm, and no connection waits for the store.
 *
 * <p>An {@code Attachment} keeps {@code url}, {@code size} and {@code hash} in place of {@code data}; a {@code Binary}
 * keeps a {@link BlobReference}. A blob whose transaction fails in the end is left without an owner.
 */
@Component
class AttachmentOffload {

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final AttachmentTypes attachmentTypes;
    private final Blobs blobs;
    private final FhirSettings settings;

    AttachmentOffload(AttachmentTypes attachmentTypes, Blobs blobs, FhirSettings settings) {
        this.attachmentTypes = attachmentTypes;
        this.blobs = blobs;
        this.settings = settings;
    }

    /**
     * Offloads what is larger than the threshold, and the data of each {@code Binary} whatever its size.
     *
     * @param resource a resource, or a Bundle whose entries are treated one by one; it is changed in place
     * @throws UnprocessableEntityException if an attachment's {@code size} or {@code hash} contradicts its data
     * @throws health.salus.blob.BlobStoreUnavailableException if the blob store does not take the bytes; nothing is lost,
     *     because nothing of the resource has been stored
     */
    void offload(TenantId tenant, Resource resource) {
        largeAttachments(resource).forEach(attachment -> offload(tenant, attachment));
        binariesWithData(resource).forEach(binary -> offload(tenant, binary));
    }

    /** Tells whether a resource carries something that {@link #offload} would move. */
    boolean isNeeded(Resource resource) {
        return largeAttachments(resource).findAny().isPresent()
                || binariesWithData(resource).findAny().isPresent();
    }

    private Stream<Attachment> largeAttachments(Resource resource) {
        long threshold = settings.offloadAbove().toBytes();
        return attachmentTypes.attachments(resource).filter(it -> it.hasData() && it.getData().length > threshold);
    }

    private Stream<Binary> binariesWithData(Resource resource) {
        return attachmentTypes
                .resources(resource)
                .filter(Binary.class::isInstance)
                .map(Binary.class::cast)
                .filter(it -> it.getData() != null);
    }

    private void offload(TenantId tenant, Attachment attachment) {
        StoredBlob blob = store(tenant, attachment.getContentType(), attachment.getData());
        byte[] hash = blob.sha1().bytes();
        if (attachment.hasSize() && attachment.getSize() != blob.size()) {
            throw new UnprocessableEntityException("Attachment.size is not the size of Attachment.data");
        }
        if (attachment.hasHash() && !Arrays.equals(attachment.getHash(), hash)) {
            throw new UnprocessableEntityException("Attachment.hash is not the SHA-1 of Attachment.data");
        }
        attachment.setDataElement(null);
        attachment.setUrl(BlobReference.relativeUrl(blob.id()));
        attachment.setSize(Math.toIntExact(blob.size()));
        attachment.setHash(hash);
    }

    private void offload(TenantId tenant, Binary binary) {
        StoredBlob blob = store(tenant, binary.getContentType(), binary.getData());
        BlobReference.put(binary, blob.id());
    }

    private StoredBlob store(TenantId tenant, String contentType, byte[] data) {
        try {
            return blobs.store(tenant, contentType == null ? UNKNOWN_TYPE : contentType, BlobContent.of(data));
        } catch (IllegalArgumentException e) {
            throw new UnprocessableEntityException("contentType has to be a MIME type of 1 to 255 ASCII characters");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
