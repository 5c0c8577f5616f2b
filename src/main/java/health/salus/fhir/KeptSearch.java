package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.method.ResponsePage;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.InstantType;
import org.jspecify.annotations.Nullable;

import java.util.Date;
import java.util.List;

/** A result that is loaded page by page. */
record KeptSearch(
        String id,
        SearchResults.Found found,
        RequestDetails request,
        RequestPartitionId partition,
        MatchLoading loading)
        implements IBundleProvider {

    @Override
    public List<IBaseResource> getResources(int from, int to, ResponsePage.ResponsePageBuilder page) {
        List<JpaPid> matches = found.matches();
        int end = Math.min(to, matches.size());
        return from >= end
                ? List.of()
                : loading.load(found.type(), matches.subList(from, end), found.includes(), request, partition);
    }

    @Override
    public String getUuid() {
        return id;
    }

    @Override
    public Integer size() {
        return found.matches().size();
    }

    @Override
    public IPrimitiveType<Date> getPublished() {
        return InstantType.now();
    }

    @Override
    public @Nullable Integer preferredPageSize() {
        return null;
    }
}
