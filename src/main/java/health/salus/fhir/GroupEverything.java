package health.salus.fhir;

import ca.uhn.fhir.model.valueset.BundleTypeEnum;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code Group/[id]/$everything}: the group, the patients who are active members of it, and their records,
 * https://hl7.org/fhir/R4/operation-group-everything.html.
 */
@Component
class GroupEverything implements FhirOperations {

    private final RecordPages pages;
    private final StoredResources stored;

    GroupEverything(RecordPages pages, StoredResources stored) {
        this.pages = pages;
        this.stored = stored;
    }

    /** Returns the first page, or the one after a resource; 404 if there is no such group. */
    @Operation(name = "$everything", typeName = "Group", idempotent = true, bundleType = BundleTypeEnum.SEARCHSET)
    public Bundle everything(
            @IdParam IdType id,
            @OperationParam(name = "_count", typeName = "unsignedInt") @Nullable IPrimitiveType<Integer> count,
            @OperationParam(name = "after") @Nullable StringType after,
            ServletRequestDetails request) {
        Group group = stored.read(TenantId.orDefault(request.getTenantId()), "Group", id.getIdPart())
                .map(Group.class::cast)
                .orElseThrow(() -> new ResourceNotFoundException(id));
        return pages.page(
                new RecordRows.Subjects("Group", id.getIdPart(), "Patient", patients(group)),
                count == null ? null : count.getValue(),
                after == null ? null : after.getValue(),
                request);
    }

    private static Set<String> patients(Group group) {
        return group.getMember().stream()
                .filter(member -> !member.getInactive())
                .map(member -> member.getEntity().getReferenceElement())
                .filter(member -> "Patient".equals(member.getResourceType()) && !member.hasBaseUrl())
                .map(IIdType::getIdPart)
                .collect(Collectors.toUnmodifiableSet());
    }
}
