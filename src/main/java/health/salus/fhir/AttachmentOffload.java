package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.blob.BlobContent;
import health.salus.blob.BlobId;
import health.salus.blob.Blobs;
import health.salus.blob.ContentTypes;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final ContentTypes types;
    private final long threshold;

    AttachmentOffload(Blobs blobs, ContentTypes types, FhirSettings settings) {
        this.blobs = blobs;
        this.types = types;
        this.threshold = settings.offloadAbove().toBytes();
    }

    /**
     * Offloads what is larger than the threshold, all data where a scanner looks into what is stored, and the data of a
     * {@code Binary} with an address of its own whatever its size. What a signature covers stays as it is. All of them are
     * checked first: nothing is stored of what is refused.
     *
     * @param carriers resources; they are changed in place and get their {@link StoredContent}
     * @throws UnprocessableEntityException if an attachment's {@code size} or {@code hash} contradicts its data
     * @throws health.salus.blob.ContentRefusedException if data has a type that is not allowed, or is of another
     * @throws health.salus.blob.ScannerUnavailableException if data has to stay in a resource and cannot be scanned now
     * @throws health.salus.blob.BlobStoreUnavailableException if the blob store does not take the bytes; nothing is lost,
     *     because nothing of the resource has been stored
     */
    void offload(TenantId tenant, List<Carrier> carriers) {
        carriers.forEach(carrier -> check(tenant, carrier));
        carriers.forEach(carrier -> offload(tenant, carrier));
    }

    private void offload(TenantId tenant, Carrier carrier) {
        List<StoredBlob> held = held(tenant, carrier);
        offload(carrier, data -> same(held, data).orElseGet(() -> store(tenant, data)));
    }

    /** Does the same with data that has been checked, and blobs that are in the store already. */
    void offload(Carrier carrier, Function<InlineData, StoredBlob> stored) {
        Map<Attachment, StoredBlob> attachments = new IdentityHashMap<>();
        Map<Binary, StoredBlob> binaries = new IdentityHashMap<>();
        attachments(carrier).forEach(it -> attachments.put(it, stored.apply(InlineData.of(it))));
        binaries(carrier).forEach(it -> binaries.put(it, stored.apply(InlineData.of(it))));
        // Only now, when nothing can go wrong any more, so that what is refused is still what the client has sent.
        attachments.forEach(AttachmentOffload::replace);
        binaries.forEach((binary, blob) -> BlobReference.put(binary, blob.id(), carrier.embeds(binary)));
        Set<BlobId> brought = Stream.concat(attachments.values().stream(), binaries.values().stream())
                .map(StoredBlob::id)
                .collect(Collectors.toSet());
        new StoredContent(carrier.blobs(), brought).attachTo(carrier.resource());
    }

    /**
     * Gives a resource that is about to become a new version the blobs that it holds already, in the place of new ones with
     * the same bytes: so the same body makes no new version, also where it was a condition that named the resource.
     *
     * @param id of the resource, which it may not have been told yet
     */
    void keepHeld(TenantId tenant, String id, Carrier carrier, StoredContent content) {
        List<StoredBlob> held = blobs.heldBy(tenant, carrier.resource().fhirType(), id);
        Map<BlobId, BlobId> kept = new HashMap<>();
        for (BlobId brought : content.brought()) {
            blobs.find(tenant, brought).flatMap(it -> same(held, it)).ifPresent(it -> kept.put(brought, it.id()));
        }
        if (!kept.isEmpty()) {
            carrier.exchange(kept);
            Set<BlobId> brought = new HashSet<>(content.brought());
            brought.removeAll(kept.keySet());
            brought.addAll(kept.values());
            new StoredContent(carrier.blobs(), brought).attachTo(carrier.resource());
        }
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

    /** The one among the held blobs that has the bytes and the type of another; nothing if that one is held itself. */
    private static Optional<StoredBlob> same(List<StoredBlob> held, StoredBlob blob) {
        return held.stream().anyMatch(it -> it.id().equals(blob.id()))
                ? Optional.empty()
                : held.stream()
                        .filter(it -> it.size() == blob.size()
                                && it.contentType().equals(blob.contentType())
                                && it.sha256().equals(blob.sha256()))
                        .findFirst();
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
                        .filter(it -> it.hasData() && it.getData().length > threshold())
                        // Its address would take the place of one that the sender wrote.
                        .filter(it -> !it.hasUrl() || BlobReference.of(it).isPresent())
                        .toList();
    }

    private List<Binary> binaries(Carrier carrier) {
        return carrier.isSigned()
                ? List.of()
                : carrier.binaries().stream()
                        .filter(it -> it.getData() != null)
                        .filter(it -> !carrier.embeds(it) || it.getData().length > threshold())
                        .toList();
    }

    private long threshold() {
        return blobs.areScanned() ? 0 : threshold;
    }

    /** Refuses a resource whose attachments are not what they say, or must not be here; its data stays where it is. */
    void check(TenantId tenant, Carrier carrier) {
        carrier.attachments().forEach(AttachmentOffload::checkAnnounced);
        String category = carrier.resource().fhirType();
        Stream.of(
                        carrier.attachments().stream()
                                .filter(Attachment::hasData)
                                .map(InlineData::of),
                        carrier.binaries().stream()
                                .filter(it -> it.getData() != null)
                                .map(InlineData::of))
                .flatMap(data -> data)
                .forEach(data -> types.require(tenant, category, contentType(data), data.bytes()));
        if (blobs.areScanned()) {
            staying(carrier).forEach(data -> blobs.requireClean(data.bytes()));
        }
    }

    /** The data that stays in the resource, because a signature or another address stands in the way of moving it. */
    private Stream<InlineData> staying(Carrier carrier) {
        List<Attachment> attachments = attachments(carrier);
        List<Binary> binaries = binaries(carrier);
        return Stream.concat(
                carrier.attachments().stream()
                        .filter(it -> it.hasData() && !attachments.contains(it))
                        .map(InlineData::of),
                carrier.binaries().stream()
                        .filter(it -> it.getData() != null && !binaries.contains(it))
                        .map(InlineData::of));
    }

    private static void checkAnnounced(Attachment attachment) {
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
