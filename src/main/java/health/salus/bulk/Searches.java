package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.MatchUrlService;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.util.UrlUtil;
import health.salus.smart.BulkRights;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** The searches of {@code _typeFilter}, such as {@code Observation?category=laboratory}. */
@Component
class Searches {

    private static final Set<String> PLAIN =
            Set.of("_id", "_lastUpdated", "_tag", "_profile", "_security", "_source", "_language");

    private final MatchUrlService urls;
    private final DaoRegistry resources;
    private final Tenants tenants;
    private final FhirContext context;

    Searches(MatchUrlService urls, DaoRegistry resources, Tenants tenants, FhirContext context) {
        this.urls = urls;
        this.resources = resources;
        this.tenants = tenants;
        this.context = context;
    }

    /** Answers 400 to what is no search for resources of a type, and to one that asks about types it does not find. */
    void check(String type, String query, BulkRights rights) {
        for (String name : UrlUtil.parseQueryString(query).keySet()) {
            boolean leadsElsewhere = name.startsWith("_has") || name.indexOf('.') >= 0;
            if (leadsElsewhere && !rights.maySearchEverything()) {
                throw new InvalidRequestException("_typeFilter: the scopes of the token do not allow chains and _has");
            }
            if (name.startsWith("_") && !name.startsWith("_has") && !PLAIN.contains(name.split(":")[0])) {
                throw new InvalidRequestException("_typeFilter: " + name + " is no search criterion");
            }
        }
        parse(type, query);
    }

    /** Returns HAPI's numbers of the resources that at least one of the searches finds. */
    long[] find(TenantId tenant, String type, List<String> queries) {
        return queries.stream()
                .flatMapToLong(query -> find(tenant, type, query))
                .distinct()
                .toArray();
    }

    @SuppressWarnings("unchecked")
    private LongStream find(TenantId tenant, String type, String query) {
        SearchParameterMap search = parse(type, query);
        search.setLoadSynchronousUpTo(Integer.MAX_VALUE - 1);
        List<JpaPid> found = resources.getResourceDao(type).searchForIds(search, request(tenant, type), null);
        return found.stream().mapToLong(JpaPid::getId);
    }

    private SearchParameterMap parse(String type, String query) {
        SearchParameterMap search = urls.translateMatchUrl(type + "?" + query, context.getResourceDefinition(type));
        search.setLoadSynchronous(true);
        return search;
    }

    private SystemRequestDetails request(TenantId id, String type) {
        SystemRequestDetails request = new SystemRequestDetails();
        request.setTenantId(id.value());
        request.setRequestPartitionId(RequestPartitionId.fromPartitionId(tenants.partition(id, type)));
        return request;
    }
}
