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
 * Finds all matches of a search at once. HAPI stores every result, match by match and in two transactions of its own, in case
 * somebody wants the next page; most searches have none, and what the others have found is kept in a single row.
 *
 * <p>Where there are more than a thousand matches it is left to HAPI, which looks for them as they are asked for.
 *
 * @param hapi    stores
 * @param pages   the limits of a page
 * @param results keeps
 */
record UnstoredSearches(
        ISearchCoordinatorSvc<JpaPid> hapi, Supplier<FhirSettings> pages, Supplier<SearchResults> results)
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
            try (SearchAttempt attempt = SearchAttempt.begin(request, pageSize(parameters))) {
                IBundleProvider page = hapi.registerSearch(resources, once, type, cacheControl, request);
                return attempt.hasSeveralPages() ? results.get().keep(attempt, type, page) : page;
            } catch (SearchAttempt.TooMany e) {
                // HAPI has not begun to load them.
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
