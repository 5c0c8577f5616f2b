package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Set;

/**
 * Says in a history how each version came about, https://hl7.org/fhir/R4/http.html#history: HAPI calls every first version a
 * POST, and names the version where the request named the resource or its type.
 */
@Interceptor
@Component
class HistoryInterceptor {

    private static final String FIRST = "1";
    private static final String BY_PUT = HistoryInterceptor.class.getName() + ".byPut";

    private final PutCreations puts;

    HistoryInterceptor(PutCreations puts) {
        this.puts = puts;
    }

    /** Marks what a bundle stores by a conditional PUT; what is created later says nothing of its entry any more. */
    @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
    public void onBundle(IBaseBundle bundle) {
        if (bundle instanceof Bundle asked) {
            asked.getEntry().stream()
                    .filter(BundleEntryComponent::hasResource)
                    .filter(entry -> entry.getRequest().getMethod() == HTTPVerb.PUT)
                    .forEach(entry -> entry.getResource().setUserData(BY_PUT, true));
        }
    }

    /** Notes what is created by PUT: under an id of the client's, or because a condition found nothing. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreated(IBaseResource resource, @Nullable RequestDetails request) {
        boolean byServer = isMarked(resource, JpaConstants.RESOURCE_ID_SERVER_ASSIGNED);
        boolean byPut = isMarked(resource, BY_PUT);
        if (request != null && (!byServer || byPut || request.getRestOperationType() == RestOperationTypeEnum.UPDATE)) {
            puts.note(TenantId.orDefault(request.getTenantId()), resource.getIdElement());
        }
    }

    /** Notes what is created by PUT where something else has referred to it before: HAPI says that it is updated. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(@Nullable IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
        // What was deleted has nothing before it either.
        if (before == null
                && request != null
                && FIRST.equals(after.getIdElement().getVersionIdPart())) {
            puts.note(TenantId.orDefault(request.getTenantId()), after.getIdElement());
        }
    }

    /** Corrects the requests of the entries of a history; leaves other answers as they are. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(@Nullable IBaseResource answer, RequestDetails request) {
        if (!(answer instanceof Bundle bundle) || bundle.getType() != BundleType.HISTORY) {
            return;
        }
        List<BundleEntryComponent> versions = bundle.getEntry().stream()
                .filter(entry -> entry.hasRequest() && entry.getRequest().hasUrl())
                .filter(entry -> id(entry).hasResourceType() && id(entry).hasIdPart())
                .toList();
        Set<String> byPut = puts.among(
                TenantId.orDefault(request.getTenantId()),
                versions.stream()
                        .filter(entry -> entry.getRequest().getMethod() == HTTPVerb.POST)
                        .map(HistoryInterceptor::id)
                        .toList());
        versions.forEach(entry -> correct(entry, byPut));
    }

    private static boolean isMarked(IBaseResource resource, String mark) {
        return resource instanceof Resource stored && Boolean.TRUE.equals(stored.getUserData(mark));
    }

    private static void correct(BundleEntryComponent entry, Set<String> byPut) {
        String path = id(entry).getResourceType() + "/" + id(entry).getIdPart();
        boolean first = entry.getRequest().getMethod() == HTTPVerb.POST;
        boolean byPost = first && !byPut.contains(path);
        if (first && !byPost) {
            entry.getRequest().setMethod(HTTPVerb.PUT);
        }
        entry.getRequest().setUrl(byPost ? id(entry).getResourceType() : path);
        if (entry.hasResource()) {
            entry.getResponse().setLastModified(entry.getResource().getMeta().getLastUpdated());
        }
    }

    private static IdType id(BundleEntryComponent entry) {
        return new IdType(entry.getRequest().getUrl());
    }
}
