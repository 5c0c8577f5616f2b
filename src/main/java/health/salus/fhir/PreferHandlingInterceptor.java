package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.interceptor.SearchPreferHandlingInterceptor;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;

/**
 * Ignores unknown search parameters where the client says {@code Prefer: handling=lenient}, and leaves them out of the self
 * link, as https://hl7.org/fhir/R4/search.html#errors has it. Otherwise they are answered 400.
 */
@Interceptor
@Component
class PreferHandlingInterceptor extends SearchPreferHandlingInterceptor {

    private final ProviderContributions contributions;

    PreferHandlingInterceptor(ISearchParamRegistry searchParameters, ProviderContributions contributions) {
        super(searchParameters);
        this.contributions = contributions;
    }

    /** Looks at searches that HAPI answers; a provider of ours names its own parameters, and HAPI holds clients to them. */
    @Override
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
    public void incomingRequestPostProcessed(
            RequestDetails details, HttpServletRequest request, HttpServletResponse response)
            throws AuthenticationException {
        if (!contributions.contain(details.getResourceName())) {
            super.incomingRequestPostProcessed(details, request, response);
        }
    }
}
