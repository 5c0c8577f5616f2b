package health.salus.fhir;

import health.salus.blob.BlobId;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.Optional;

/** Finds the bytes that a resource holds, and not those that it merely mentions: their URL may belong to somebody else. */
@Component
class AttachmentHolder {

    private final Blobs blobs;

    AttachmentHolder(Blobs blobs) {
        this.blobs = blobs;
    }

    /** A blob of which some version of the resource is an owner. */
    Optional<StoredBlob> held(Resource resource, BlobId id, TenantId tenant) {
        return blobs.owners(tenant, id).stream()
                .filter(owner -> owner.resourceType().equals(resource.fhirType())
                        && owner.resourceId().equals(resource.getIdElement().getIdPart()))
                .findFirst()
                .flatMap(owner -> blobs.find(tenant, id));
    }

    /** The bytes of an element of a resource, which is an {@code Attachment} or the {@code Binary} itself. */
    Optional<ReadableBytes> bytes(Resource resource, Base element, TenantId tenant) {
        if (element instanceof Attachment attachment) {
            return attachment.hasData()
                    ? Optional.of(ReadableBytes.of(InlineData.of(attachment)))
                    : blob(resource, BlobReference.of(attachment), tenant);
        }
        if (element instanceof Binary binary) {
            return binary.getData() != null
                    ? Optional.of(ReadableBytes.of(InlineData.of(binary)))
                    : blob(resource, BlobReference.of(binary), tenant);
        }
        return Optional.empty();
    }

    private Optional<ReadableBytes> blob(Resource resource, Optional<BlobId> id, TenantId tenant) {
        return id.flatMap(it -> held(resource, it, tenant)).map(it -> ReadableBytes.of(it, blobs));
    }
}
