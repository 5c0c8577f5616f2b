package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.BlobId;
import health.salus.blob.BlobOwner;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides who may read the bytes behind {@code Binary/{id}}: whoever may read a resource that holds them.
 *
 * <p>The id is either that of a blob, as in {@code Attachment.url}, or that of a {@code Binary} resource.
 */
@Component
public class BinaryAccess {

    private static final Pattern CONTEXT =
            Pattern.compile("(?!Patient/|Binary/)[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}");

    private final Blobs blobs;
    private final Tenants tenants;
    private final DaoRegistry resources;

    BinaryAccess(Blobs blobs, Tenants tenants, DaoRegistry resources) {
        this.blobs = blobs;
        this.tenants = tenants;
        this.resources = resources;
    }

    /** The blob behind the id of a request; nothing if there is none, and nothing if the caller may not see it. */
    public Optional<StoredBlob> blob(ServletRequestDetails request) {
        return find(request).map(ReadableBinary::blob);
    }

    /** The blob behind an id {@code Binary/17}; nothing if there is none, and nothing if the caller may not see it. */
    public Optional<StoredBlob> blob(IIdType id, RequestDetails request) {
        return find(id, request).map(ReadableBinary::blob);
    }

    /** The content behind the request's id; nothing if there is none, and nothing if the caller may not see it. */
    Optional<ReadableBinary> find(ServletRequestDetails request) {
        return find(Objects.requireNonNull(request.getId()), request);
    }

    private Optional<ReadableBinary> find(IIdType id, RequestDetails request) {
        TenantId tenant = TenantId.orDefault(request.getTenantId());
        return BlobId.parse(id.getIdPart())
                .flatMap(blob -> blobs.find(tenant, blob))
                .flatMap(blob -> attachment(blob, request))
                .or(() -> resource(tenant, id, request));
    }

    private Optional<ReadableBinary> attachment(StoredBlob blob, RequestDetails request) {
        return newestOwners(blob)
                .flatMap(owner -> read(owner, request).stream())
                .findFirst()
                .map(owner -> new ReadableBinary(describe(blob, owner), blob));
    }

    /** The resources that hold the bytes, each in the newest version that does, whoever may read them. */
    public List<Resource> holders(StoredBlob blob) {
        RequestDetails own = own(blob.tenant());
        return newestOwners(blob)
                .flatMap(owner -> read(owner, own).stream())
                .map(Resource.class::cast)
                .toList();
    }

    // A resource may hold the bytes in thousands of versions; its newest one decides.
    private Stream<IdType> newestOwners(StoredBlob blob) {
        return blobs.owners(blob.tenant(), blob.id()).stream()
                .collect(Collectors.toMap(
                        owner -> owner.resourceType() + "/" + owner.resourceId(), BlobOwner::version, Math::max))
                .entrySet()
                .stream()
                .map(newest -> new IdType(newest.getKey() + "/_history/" + newest.getValue()));
    }

    private static Binary describe(StoredBlob blob, IBaseResource owner) {
        Binary binary = new Binary();
        binary.setId(blob.id().toString());
        binary.setContentType(blob.contentType());
        binary.getSecurityContext()
                .setReference(owner.getIdElement().toUnqualifiedVersionless().getValue());
        return binary;
    }

    private Optional<ReadableBinary> resource(TenantId tenant, IIdType id, RequestDetails request) {
        return read(id, request)
                .or(() -> throughContext(tenant, id, request))
                .map(Binary.class::cast)
                .flatMap(binary -> BlobReference.of(binary)
                        .filter(blob -> isHeldBy(binary, blobs.owners(tenant, blob)))
                        .flatMap(blob -> blobs.find(tenant, blob))
                        .map(blob -> new ReadableBinary(binary, blob)));
    }

    /**
     * A Binary that names a document as its security context is read by whoever may read that document. A patient as
     * context is no such thing: who may read the patient may not read all that is filed there. Nor is what belongs to no
     * record, such as a practitioner or a ward, which everybody may read.
     */
    private Optional<IBaseResource> throughContext(TenantId tenant, IIdType id, RequestDetails request) {
        RequestDetails own = own(tenant);
        // The newest version decides, as everywhere.
        return read(id.toUnqualifiedVersionless(), own)
                .map(it -> ((Binary) it).getSecurityContext().getReferenceElement())
                .filter(context -> CONTEXT.matcher(Objects.toString(context.getValue(), ""))
                        .matches())
                .filter(context -> isOfARecord(context.getResourceType()))
                .flatMap(context -> read(context, request))
                .flatMap(context -> read(id, own));
    }

    private boolean isOfARecord(String type) {
        return resources.isResourceTypeSupported(type)
                && !resources
                        .getFhirContext()
                        .getResourceDefinition(type)
                        .getSearchParamsForCompartmentName("Patient")
                        .isEmpty();
    }

    private RequestDetails own(TenantId tenant) {
        SystemRequestDetails own = new SystemRequestDetails();
        own.setTenantId(tenant.value());
        own.setRequestPartitionId(
                RequestPartitionId.fromPartitionId(tenants.require(tenant).partition()));
        return own;
    }

    private static boolean isHeldBy(Binary binary, Set<BlobOwner> owners) {
        String id = binary.getIdElement().getIdPart();
        return owners.stream()
                .anyMatch(owner -> owner.resourceType().equals("Binary")
                        && owner.resourceId().equals(id));
    }

    // The read goes through the same checks as if the client had asked for that resource itself.
    private Optional<IBaseResource> read(IIdType id, RequestDetails request) {
        try {
            return Optional.of(resources.getResourceDao(id.getResourceType()).read(id, request));
        } catch (ResourceNotFoundException
                | ResourceGoneException
                | ForbiddenOperationException
                | InvalidRequestException e) {
            return Optional.empty();
        }
    }
}
