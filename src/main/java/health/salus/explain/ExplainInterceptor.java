package health.salus.explain;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import health.salus.fhir.SearchStatements;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Parameters;
import org.springframework.stereotype.Component;

import java.time.Duration;

/**
 * Answers a search with {@code _explain=true} by how it was found instead of by what was found. A plan tells how many rows there
 * are of all tenants, so it is for administrators of the default tenant only.
 */
@Interceptor
@Component
class ExplainInterceptor {

    private static final String PARAMETER = "_explain";
    private static final String BEGAN = ExplainInterceptor.class.getName() + ".began";

    // Before anything else takes the answer for a page of matches.
    private static final int FIRST = -1000;

    private final QueryPlans plans;

    ExplainInterceptor(QueryPlans plans) {
        this.plans = plans;
    }

    /** Keeps the statements of the search from here on; 403 for everybody but administrators of the default tenant. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onSearch(RequestDetails request, RestOperationTypeEnum kind) {
        String[] values = request.getParameters().get(PARAMETER);
        if (kind != RestOperationTypeEnum.SEARCH_TYPE || values == null || !values[0].equals("true")) {
            return;
        }
        boolean mayKnow = SmartPrincipal.of(request)
                .filter(it -> it.role() == Role.ADMIN && it.tenant().equals(TenantId.DEFAULT))
                .isPresent();
        if (!mayKnow) {
            throw new ForbiddenOperationException(
                    "Searches are explained to administrators of the default tenant only");
        }
        request.getUserData().put(BEGAN, System.nanoTime());
        SearchStatements.begin();
    }

    /** Puts the explanation in the place of the matches. */
    @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = FIRST)
    public void onAnswer(RequestDetails request, ResponseDetails response) {
        if (request.getUserData().get(BEGAN) instanceof Long began) {
            Duration taken = Duration.ofNanos(System.nanoTime() - began);
            Parameters explanation = plans.explain(SearchStatements.end(), taken);
            response.setResponseResource(explanation);
        }
    }

    /** Forgets the statements of a search that failed. */
    @Hook(Pointcut.SERVER_PROCESSING_COMPLETED)
    public void onEnd(RequestDetails request) {
        if (request.getUserData().containsKey(BEGAN)) {
            SearchStatements.end();
        }
    }
}
