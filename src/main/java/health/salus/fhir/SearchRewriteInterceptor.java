package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lets {@link SearchRewriting} change each search before it runs. */
@Interceptor
@Component
class SearchRewriteInterceptor {

    // Whether the caller may ask it has been decided by then, from the parameters as they came.
    private static final int AFTER_ACCESS_RULES = 1000;

    private final SearchRewriting rewriting;

    SearchRewriteInterceptor(SearchRewriting rewriting) {
        this.rewriting = rewriting;
    }

    /** Changes the parameters of a search; answers 400 to what cannot be understood. */
    @Hook(value = Pointcut.STORAGE_PRESEARCH_REGISTERED, order = AFTER_ACCESS_RULES)
    public void onSearch(
            ICachedSearchDetails search,
            SearchParameterMap asked,
            @Nullable RequestDetails request,
            @Nullable RequestPartitionId partition) {
        rewriting.rewrite(
                search.getResourceType(), asked, request == null ? null : request.getFhirServerBase(), partition);
    }
}
