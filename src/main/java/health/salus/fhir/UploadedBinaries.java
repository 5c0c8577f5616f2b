package health.salus.fhir;

import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.BlobId;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes FHIR of a file that has reached the blob store past the server. */
@Component
public class UploadedBinaries {

    private final IFhirSystemDao<Bundle, Meta> resources;
    private final AttachmentWalk walk;
    private final AttachmentOffload offload;
    private final OwnAddress address;
    private final OwnBaseInterceptor references;
    private final SecurityContextInterceptor contexts;

    UploadedBinaries(
            IFhirSystemDao<Bundle, Meta> resources,
            AttachmentWalk walk,
            AttachmentOffload offload,
            OwnAddress address,
            OwnBaseInterceptor references,
            SecurityContextInterceptor contexts) {
        this.resources = resources;
        this.walk = walk;
        this.offload = offload;
        this.address = address;
        this.references = references;
        this.contexts = contexts;
    }

    /**
     * Requires of a reference that it can be the {@code Binary.securityContext} of an upload.
     *
     * @return the reference as it is stored, without this server's address
     * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException if it is not of the form Type/id, or there is no
     *     such resource that the caller may read
     */
    public String requireContext(ServletRequestDetails request, String context) {
        Binary binary = new Binary().setSecurityContext(new Reference(context));
        references.shorten(binary, request.getFhirServerBase());
        String reference = binary.getSecurityContext().getReference();
        contexts.require(reference, request);
        return reference;
    }

    /**
     * Writes a {@code Binary} that holds a blob, and if given a {@code DocumentReference} that holds it too, in one
     * transaction and with the rights of the caller.
     *
     * @param context       a reference for {@code Binary.securityContext}; without it, the document's subject
     * @param document      its first attachment without content gets the file; one is added if it has none
     * @param inTransaction runs inside the transaction, which it can break off by what it throws; it may run again if the
     *                      transaction does
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException if the caller may not do this or the document is
     *     refused; nothing is written then
     */
    public void write(
            ServletRequestDetails request,
            StoredBlob blob,
            Optional<String> context,
            Optional<DocumentReference> document,
            Runnable inTransaction) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        document.ifPresent(it -> add(transaction, prepare(request, it, blob)));
        Binary binary = new Binary().setContentType(blob.contentType());
        context.or(() -> document.map(it -> it.getSubject().getReference()))
                .ifPresent(it -> binary.setSecurityContext(new Reference(it)));
        references.shorten(binary, request.getFhirServerBase());
        if (context.isEmpty()) {
            SecurityContextInterceptor.derived(binary);
        }
        BlobReference.put(binary, blob.id());
        new StoredContent(Set.of(blob.id()), Set.of(blob.id())).attachTo(binary);
        BlobOwnerInterceptor.runWith(binary, inTransaction);
        add(transaction, binary);
        resources.transaction(request, transaction);
    }

    private DocumentReference prepare(ServletRequestDetails request, DocumentReference document, StoredBlob blob) {
        references.shorten(document, request.getFhirServerBase());
        Carrier carrier = walk.carrier(document);
        AttachmentInterceptor.refuseForeign(carrier.reserved(), Set.of());
        address.makeRelative(carrier, request);
        offload.offload(TenantId.orDefault(request.getTenantId()), List.of(carrier));
        Attachment attachment = emptyAttachment(document);
        if (attachment.hasContentType() && !attachment.getContentType().equals(blob.contentType())) {
            throw new InvalidRequestException("The attachment has another contentType than the upload");
        }
        attachment.setContentType(blob.contentType());
        AttachmentOffload.replace(attachment, blob);
        Set<BlobId> brought =
                new HashSet<>(StoredContent.of(document).orElseThrow().brought());
        brought.add(blob.id());
        new StoredContent(walk.carrier(document).blobs(), brought).attachTo(document);
        return document;
    }

    private static Attachment emptyAttachment(DocumentReference document) {
        return document.getContent().stream()
                .map(DocumentReference.DocumentReferenceContentComponent::getAttachment)
                .filter(it -> !it.hasUrl() && !it.hasData())
                .findFirst()
                .orElseGet(() -> document.addContent().getAttachment());
    }

    private static void add(Bundle transaction, Resource resource) {
        transaction
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl(resource.fhirType());
    }
}
