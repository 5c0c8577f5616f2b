package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.rest.server.interceptor.SearchPreferHandlingInterceptor;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.stereotype.Component;

/**
 * Ignores unknown search parameters where the client says {@code Prefer: handling=lenient}, and leaves them out of the self
 * link, as https://hl7.org/fhir/R4/search.html#errors has it. Otherwise they are answered 400.
 */
@Interceptor
@Component
class PreferHandlingInterceptor extends SearchPreferHandlingInterceptor {

    PreferHandlingInterceptor(ISearchParamRegistry searchParameters) {
        super(searchParameters);
    }
}
