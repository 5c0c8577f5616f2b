package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import health.salus.graphql.SearchRefusedException;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and searches for GraphQL, on the roads of the REST interactions: whoever decides there what a caller may see, and
 * whoever records it, is asked here as well.
 */
@Component
class GraphReader {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    private final DaoRegistry resources;
    private final ResourceReads reads;
    private final MatchLoading loading;
    private final Tenants tenants;
    private final AttachmentView attachments;
    private final GraphCriteria criteria;

    GraphReader(
            DaoRegistry resources,
            ResourceReads reads,
            MatchLoading loading,
            Tenants tenants,
            AttachmentView attachments,
            GraphCriteria criteria) {
        this.resources = resources;
        this.reads = reads;
        this.loading = loading;
        this.tenants = tenants;
        this.attachments = attachments;
        this.criteria = criteria;
    }

    /** Returns a resource as JSON, or nothing if its type is not served here, or it is not there, or not for this caller. */
    Optional<String> read(String type, String id, RequestDetails request) {
        if (!criteria.isServed(type) || !ID.matcher(id).matches()) {
            return Optional.empty();
        }
        IFhirResourceDao<?> storage = resources.getResourceDao(type);
        IdType key = new IdType(type, id);
        try {
            IBaseResource found =
                    reads.read(storage.getResourceType(), key, request).orElseGet(() -> storage.read(key, request));
            return Optional.of(text(found, request));
        } catch (ResourceNotFoundException | ResourceGoneException | ForbiddenOperationException hidden) {
            return Optional.empty();
        }
    }

    /**
     * Returns the numbers of what a search finds, one more than is asked for if there are more.
     *
     * @throws SearchRefusedException if it is not understood or the caller may not make it
     */
    List<JpaPid> find(String type, GraphCriteria.Asked asked, int most, RequestDetails request) {
        try {
            return resources
                    .getResourceDao(type)
                    .searchForIds(criteria.of(type, asked).setLoadSynchronousUpTo(most + 1), request);
        } catch (BaseServerResponseException e) {
            // What the server cannot do now, it cannot do for any other field either.
            if (e.getStatusCode() >= 500) {
                throw e;
            }
            throw new SearchRefusedException(String.valueOf(e.getMessage()));
        }
    }

    /** Returns matches as JSON, without those that were deleted meanwhile. */
    List<String> load(String type, List<JpaPid> matches, RequestDetails request) {
        if (matches.isEmpty()) {
            return List.of();
        }
        int partition = tenants.partition(TenantId.orDefault(request.getTenantId()), type);
        return loading.load(type, matches, request, RequestPartitionId.fromPartitionId(partition)).stream()
                .map(it -> text(it, request))
                .toList();
    }

    private String text(IBaseResource resource, RequestDetails request) {
        try {
            attachments.show((Resource) resource, request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FhirContext context = request.getFhirContext();
        return context.newJsonParser().setStripVersionsFromReferences(false).encodeResourceToString(resource);
    }
}
