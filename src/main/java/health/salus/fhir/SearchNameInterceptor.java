package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Listens to the name that a search gets, which tells whose it is; HAPI forgets it where it stores nothing. */
@Interceptor
@Component
class SearchNameInterceptor {

    private static final int AFTER_NAMING = 1000;

    /** Called by HAPI before it searches. */
    @Hook(value = Pointcut.STORAGE_PRESEARCH_REGISTERED, order = AFTER_NAMING)
    public void listen(ICachedSearchDetails search, @Nullable RequestDetails request) {
        if (request != null) {
            SearchAttempt.of(request).ifPresent(attempt -> attempt.name(search.getUuid()));
        }
    }
}
