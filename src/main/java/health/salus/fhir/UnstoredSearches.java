package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.svc.ISearchCoordinatorSvc;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap.EverythingModeEnum;
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
 * <p>Where there are more than a thousand matches it is left to HAPI, which looks for them as they are asked for; the record
 * of a patient may have ten times as many, of which HAPI finds the links first and cannot do so in parts.
 *
 * @param hapi    stores
 * @param pages   the limits of a page
 * @param results keeps
 * @param types   who sees everything
 */
record UnstoredSearches(
        ISearchCoordinatorSvc<JpaPid> hapi,
        Supplier<FhirSettings> pages,
        Supplier<SearchResults> results,
        Supplier<WholeTypes> types)
        implements ISearchCoordinatorSvc<JpaPid> {

    @Override
    public IBundleProvider registerSearch(
            IFhirResourceDao<?> resources,
            SearchParameterMap parameters,
            String type,
            @Nullable CacheControlDirective cacheControl,
            @Nullable RequestDetails request) {
        if (request instanceof ServletRequestDetails && fits(parameters, request)) {
            SearchParameterMap once = parameters.clone().setLoadSynchronous(true);
            once.setCount(null);
            boolean isRecord = parameters.getEverythingMode() != null;
            int most = isRecord ? SearchAttempt.MOST_OF_A_RECORD : SearchAttempt.MOST_MATCHES;
            try (SearchAttempt attempt = SearchAttempt.begin(request, pageSize(parameters), most)) {
                return page(
                        attempt,
                        hapi.registerSearch(resources, once, type, cacheControl, request),
                        type,
                        // What the links of a record lead to is part of the record.
                        isRecord ? SearchIncludes.NONE : SearchIncludes.of(parameters));
            } catch (SearchAttempt.TooMany e) {
                // HAPI has not begun to load them.
            }
        }
        return hapi.registerSearch(resources, parameters, type, cacheControl, request);
    }

    private IBundleProvider page(SearchAttempt attempt, IBundleProvider page, String type, SearchIncludes includes) {
        if (attempt.hasSeveralPages()) {
            results.get().keep(attempt, type, includes);
            return new AttemptedPage(page, attempt.matches().size(), attempt.id());
        }
        return includes.isEmpty()
                ? page
                : new AttemptedPage(page, attempt.matches().size(), null);
    }

    private boolean fits(SearchParameterMap parameters, RequestDetails request) {
        return !parameters.isLoadSynchronous()
                && !parameters.isOffsetQuery()
                && !parameters.isLastN()
                && (parameters.getEverythingMode() == null
                        ? canInclude(parameters)
                        : isWholeRecord(parameters, request))
                && parameters.getSearchTotalMode() == null
                && !SearchParameterMapCalculator.isWantOnlyCount(parameters)
                && pageSize(parameters) > 0
                // Giving up ends a transaction, and this one would be somebody else's.
                && !TransactionSynchronizationManager.isActualTransactionActive();
    }

    // Where something may be left out, HAPI leaves it out before it makes pages.
    private boolean isWholeRecord(SearchParameterMap parameters, RequestDetails request) {
        return parameters.getEverythingMode() == EverythingModeEnum.PATIENT_INSTANCE
                && !EverythingInterceptor.filters(request)
                && types.get().isTenantShown(request);
    }

    // Others depend on more than the page they stand on.
    private static boolean canInclude(SearchParameterMap parameters) {
        SearchIncludes includes = SearchIncludes.of(parameters);
        return includes.isEmpty() || (!includes.isIterated() && parameters.getLastUpdated() == null);
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
