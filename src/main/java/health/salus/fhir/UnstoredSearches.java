package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.svc.ISearchCoordinatorSvc;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.util.SearchParameterMapCalculator;
import ca.uhn.fhir.rest.api.CacheControlDirective;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers a search whose result fits on one page without storing the result. HAPI stores every one, in two transactions of
 * its own, in case somebody wants the next page; most searches have none.
 *
 * <p>A search is tried without; as soon as it finds more than a page, it is left to HAPI, whose stored results give pages
 * that never overlap, whatever is written in between.
 *
 * @param hapi  stores
 * @param pages the limits of a page
 */
record UnstoredSearches(ISearchCoordinatorSvc<JpaPid> hapi, Supplier<FhirSettings> pages)
        implements ISearchCoordinatorSvc<JpaPid> {

    @Override
    public IBundleProvider registerSearch(
            IFhirResourceDao<?> resources,
            SearchParameterMap parameters,
            String type,
            @Nullable CacheControlDirective cacheControl,
            @Nullable RequestDetails request) {
        if (request instanceof ServletRequestDetails && fits(parameters)) {
            SearchParameterMap once = parameters.clone().setLoadSynchronous(true);
            once.setCount(null);
            try (PageLimit limit = PageLimit.set(request, pageSize(parameters))) {
                return hapi.registerSearch(resources, once, type, cacheControl, request);
            } catch (PageLimit.Exceeded e) {
                // The result has a second page.
            }
        }
        return hapi.registerSearch(resources, parameters, type, cacheControl, request);
    }

    private boolean fits(SearchParameterMap parameters) {
        return !parameters.isLoadSynchronous()
                && !parameters.isOffsetQuery()
                && !parameters.isLastN()
                && parameters.getEverythingMode() == null
                && parameters.getIncludes().isEmpty()
                && parameters.getRevIncludes().isEmpty()
                && parameters.getSearchTotalMode() == null
                && !SearchParameterMapCalculator.isWantOnlyCount(parameters)
                && pageSize(parameters) > 0
                // Giving up ends a transaction, and this one would be somebody else's.
                && !TransactionSynchronizationManager.isActualTransactionActive();
    }

    private int pageSize(SearchParameterMap parameters) {
        Integer asked = parameters.getCount();
        return Math.min(
                asked == null ? pages.get().pageSize() : asked, pages.get().maxPageSize());
    }

    @Override
    public void cancelAllActiveSearches() {
        hapi.cancelAllActiveSearches();
    }

    @Override
    public List<JpaPid> getResources(
            String search, int from, int to, @Nullable RequestDetails request, RequestPartitionId partition) {
        return hapi.getResources(search, from, to, request, partition);
    }

    @Override
    public Optional<Integer> getSearchTotal(
            String search, @Nullable RequestDetails request, RequestPartitionId partition) {
        return hapi.getSearchTotal(search, request, partition);
    }
}
