package health.salus.fhir;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.blob.BlobId;
import health.salus.blob.BlobNotFoundException;
import health.salus.blob.BlobState;
import health.salus.blob.BlobUnreadableException;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Shows attachments: by an absolute URL, or with their data for a client that asks so by {@code _inlineAttachments=true}.
 *
 * <p>Data that cannot be read now is left out, and {@link ContentState} says why. A {@code Binary} inside another resource always gets its data back, since it has no address of its own.
 */
@Component
class AttachmentView {

    /** Parameter of a read or search. */
    static final String INLINE = "_inlineAttachments";

    // A Bundle that is stored has links of its own.
    private static final Set<RestOperationTypeEnum> READS =
            EnumSet.of(RestOperationTypeEnum.READ, RestOperationTypeEnum.VREAD);
    private static final String USER_DATA = AttachmentView.class.getName();

    private final AttachmentWalk walk;
    private final AttachmentHolder holder;
    private final Blobs blobs;
    private final FhirSettings settings;

    AttachmentView(AttachmentWalk walk, AttachmentHolder holder, Blobs blobs, FhirSettings settings) {
        this.walk = walk;
        this.holder = holder;
        this.blobs = blobs;
        this.settings = settings;
    }

    void takeWish(RequestDetails request) {
        String[] wish = request.getParameters().get(INLINE);
        if (wish != null) {
            request.removeParameter(INLINE);
            request.getUserData().put(USER_DATA, wish.length > 0 && Boolean.parseBoolean(wish[0]));
        }
    }

    /** Tells whether the client wants to see the data of attachments. */
    static boolean isInline(RequestDetails request) {
        return Boolean.TRUE.equals(request.getUserData().get(USER_DATA));
    }

    /**
     * Changes an answer in place.
     *
     * @throws InvalidRequestException if all the data together would be more than the limit; then the client
     *     asks for fewer entries, or follows the URLs
     */
    void show(Resource answer, RequestDetails request) throws IOException {
        boolean inline = isInline(request);
        show(answer, TenantId.orDefault(request.getTenantId()), request.getFhirServerBase(), inline);
        if (inline && answer instanceof Bundle page && !READS.contains(request.getRestOperationType())) {
            keepWish(page);
        }
    }

    /** Does the same for what answers no request; without the data, but for that of a {@code Binary} inside a resource. */
    void show(Resource resource, TenantId tenant, String base) throws IOException {
        show(resource, tenant, base, false);
    }

    private void show(Resource answer, TenantId tenant, String base, boolean inline) throws IOException {
        List<Filling> fillings = new ArrayList<>();
        for (Carrier carrier : walk.carriers(answer)) {
            carrier.binaries().forEach(it -> show(it, carrier, tenant, inline).ifPresent(fillings::add));
            if (inline) {
                carrier.attachments().forEach(it -> inline(it, carrier, tenant).ifPresent(fillings::add));
            }
            carrier.attachments().stream()
                    .filter(it -> !carrier.isSigned() && BlobReference.of(it).isPresent())
                    .forEach(it -> it.setUrl(base + "/" + it.getUrl()));
        }
        requireWithin(settings.maxInlineAttachments().toBytes(), fillings, false);
        requireWithin(settings.maxRequestSize().toBytes(), fillings, true);
        for (Filling filling : fillings) {
            fill(filling);
        }
    }

    /** One file that lies in an archive, or must not be read, keeps nobody from the rest of the answer. */
    private void fill(Filling filling) throws IOException {
        try (InputStream content = blobs.open(filling.blob())) {
            filling.target().accept(content.readAllBytes());
        } catch (BlobUnreadableException e) {
            filling.mark().accept(e.state());
        } catch (BlobNotFoundException e) {
            filling.mark().accept(BlobState.MISSING);
        }
    }

    /** Takes the server's own extension away, which means nothing to a client, and tells what to put in its place. */
    private Optional<Filling> show(Binary binary, Carrier carrier, TenantId tenant, boolean inline) {
        Optional<BlobId> blob = BlobReference.of(binary);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        BlobReference.remove(binary);
        return carrier.embeds(binary) || inline
                ? holder.held(carrier.resource(), blob.get(), tenant)
                        .map(it -> new Filling(
                                it, binary::setData, state -> ContentState.mark(binary, state), carrier.embeds(binary)))
                : Optional.empty();
    }

    private Optional<Filling> inline(Attachment attachment, Carrier carrier, TenantId tenant) {
        return BlobReference.of(attachment)
                .flatMap(blob -> holder.held(carrier.resource(), blob, tenant))
                .map(it -> new Filling(it, attachment::setData, state -> ContentState.mark(attachment, state), false));
    }

    private static void requireWithin(long limit, List<Filling> fillings, boolean embedded) {
        long size = fillings.stream()
                .filter(it -> it.embedded() == embedded)
                .mapToLong(it -> it.blob().size())
                .sum();
        if (size > limit) {
            throw new InvalidRequestException(
                    "The data inside this answer would have " + size + " bytes, more than the " + limit
                            + " that are sent inline; ask for fewer entries (_count), or follow the URLs instead");
        }
    }

    private static void keepWish(Bundle page) {
        page.getLink().stream()
                .filter(link -> link.hasUrl() && !link.getUrl().contains(INLINE))
                .forEach(link ->
                        link.setUrl(link.getUrl() + (link.getUrl().contains("?") ? "&" : "?") + INLINE + "=true"));
    }

    /**
     * Data to be put into an answer.
     *
     * @param mark     notes why the data is not there, if it is not
     * @param embedded whether it is part of what is shown, and not an addition that the client wished for
     */
    private record Filling(StoredBlob blob, Consumer<byte[]> target, Consumer<BlobState> mark, boolean embedded) {}
}
