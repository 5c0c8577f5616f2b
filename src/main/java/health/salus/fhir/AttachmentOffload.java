package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.blob.BlobContent;
import health.salus.blob.BlobId;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

    static final String UNKNOWN_TYPE = "application/octet-stream";

    private final Blobs blobs;
    private final long threshold;

    AttachmentOffload(Blobs blobs, FhirSettings settings) {
        this.blobs = blobs;
        this.threshold = settings.offloadAbove().toBytes();
    }

    /**
     * Offloads what is larger than the threshold, and the data of a {@code Binary} with an address of its own whatever its
     * size. What a signature covers stays as it is.
     *
     * @param carrier a resource; it is changed in place and gets its {@link StoredContent}
     * @throws UnprocessableEntityException if an attachment's {@code size} or {@code hash} contradicts its data
     * @throws health.salus.blob.BlobStoreUnavailableException if the blob store does not take the bytes; nothing is lost,
     *     because nothing of the resource has been stored
     */
    void offload(TenantId tenant, Carrier carrier) {
        List<StoredBlob> held = held(tenant, carrier);
        offload(carrier, data -> same(held, data).orElseGet(() -> store(tenant, data)));
    }

    /** Does the same with blobs that are in the store already. */
    void offload(Carrier carrier, Function<InlineData, StoredBlob> stored) {
        carrier.attachments().forEach(AttachmentOffload::check);
        Set<BlobId> brought = new HashSet<>();
        attachments(carrier).forEach(attachment -> {
            StoredBlob blob = stored.apply(InlineData.of(attachment));
            replace(attachment, blob);
            brought.add(blob.id());
        });
        binaries(carrier).forEach(binary -> {
            StoredBlob blob = stored.apply(InlineData.of(binary));
            BlobReference.put(binary, blob.id());
            brought.add(blob.id());
        });
        new StoredContent(carrier.blobs(), brought).attachTo(carrier.resource());
    }

    /** The data that {@link #offload} would move. */
    List<InlineData> pending(Carrier carrier) {
        return Stream.concat(
                        attachments(carrier).stream().map(InlineData::of),
                        binaries(carrier).stream().map(InlineData::of))
                .toList();
    }

    /** Stores data as a blob, outside of any database transaction. */
    StoredBlob store(TenantId tenant, InlineData data) {
        try {
            return blobs.store(tenant, contentType(data), BlobContent.of(data.bytes()));
        } catch (IllegalArgumentException e) {
            throw new UnprocessableEntityException("contentType has to be a MIME type of 1 to 255 ASCII characters");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a blob in the place of an attachment's data. */
    static void replace(Attachment attachment, StoredBlob blob) {
        attachment.setDataElement(null);
        attachment.setUrl(BlobReference.relativeUrl(blob.id()));
        attachment.setHash(blob.sha1().bytes());
        attachment.setSizeElement(null);
        // FHIR R4 has no larger number for it.
        if (blob.size() <= Integer.MAX_VALUE) {
            attachment.setSize((int) blob.size());
        }
    }

    /** What the resource holds already: the same data sent twice makes no new blob, and so no new version. */
    private List<StoredBlob> held(TenantId tenant, Carrier carrier) {
        String id = carrier.resource().getIdElement().getIdPart();
        return id == null || pending(carrier).isEmpty()
                ? List.of()
                : blobs.heldBy(tenant, carrier.resource().fhirType(), id);
    }

    private static Optional<StoredBlob> same(List<StoredBlob> held, InlineData data) {
        return held.stream()
                .filter(it -> it.size() == data.bytes().length
                        && it.contentType().equals(contentType(data))
                        && it.sha256().hex().equals(DigestUtils.sha256Hex(data.bytes())))
                .findFirst();
    }

    private List<Attachment> attachments(Carrier carrier) {
        return carrier.isSigned()
                ? List.of()
                : carrier.attachments().stream()
                        .filter(it -> it.hasData() && it.getData().length > threshold)
                        // Its address would take the place of one that the sender wrote.
                        .filter(it -> !it.hasUrl() || BlobReference.of(it).isPresent())
                        .toList();
    }

    private List<Binary> binaries(Carrier carrier) {
        return carrier.isSigned()
                ? List.of()
                : carrier.binaries().stream()
                        .filter(it -> it.getData() != null)
                        .filter(it -> !carrier.embeds(it) || it.getData().length > threshold)
                        .toList();
    }

    private static void check(Attachment attachment) {
        if (!attachment.hasData()) {
            return;
        }
        if (attachment.hasSize() && attachment.getSize() != attachment.getData().length) {
            throw new UnprocessableEntityException("Attachment.size is not the size of Attachment.data");
        }
        if (attachment.hasHash()
                && !Arrays.equals(
                        attachment.getHash(), InlineData.of(attachment).sha1())) {
            throw new UnprocessableEntityException("Attachment.hash is not the SHA-1 of Attachment.data");
        }
    }

    private static String contentType(InlineData data) {
        String declared = data.contentType();
        return declared == null ? UNKNOWN_TYPE : declared;
    }
}
