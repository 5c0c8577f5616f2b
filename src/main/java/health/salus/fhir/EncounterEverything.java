package health.salus.fhir;

import ca.uhn.fhir.model.valueset.BundleTypeEnum;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * {@code Encounter/[id]/$everything}: the encounter, what refers to it, and what these refer to,
 * https://hl7.org/fhir/R4/operation-encounter-everything.html. It stands in the place of HAPI's, which leaves out what exceeds
 * a page.
 *
 * @param pages  shows the record
 * @param stored what the store has
 */
record EncounterEverything(RecordPages pages, StoredResources stored) implements IResourceProvider {

    @Override
    public Class<? extends IBaseResource> getResourceType() {
        return Encounter.class;
    }

    /** Returns the first page, or the one after a resource; 404 if there is no such encounter. */
    @Operation(name = "$everything", idempotent = true, bundleType = BundleTypeEnum.SEARCHSET)
    public Bundle everything(
            @IdParam IdType id,
            @OperationParam(name = "_count", typeName = "unsignedInt") @Nullable IPrimitiveType<Integer> count,
            @OperationParam(name = "after") @Nullable StringType after,
            ServletRequestDetails request) {
        String encounter = id.getIdPart();
        if (stored.read(TenantId.orDefault(request.getTenantId()), "Encounter", encounter)
                .isEmpty()) {
            throw new ResourceNotFoundException(id);
        }
        return pages.page(
                new RecordRows.Subjects("Encounter", encounter, "Encounter", List.of(encounter)),
                count == null ? null : count.getValue(),
                after == null ? null : after.getValue(),
                request);
    }
}
