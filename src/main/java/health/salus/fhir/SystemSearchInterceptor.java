package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleLinkComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Searches several types at once, {@code [base]?_type=Patient,Observation}: https://hl7.org/fhir/R4/http.html#search.
 *
 * <p>The types are searched one after the other, each like a search of its own, with the same access rules; the last page of
 * one links to the first page of the next. What would need all of them together is refused, see {@link SystemSearch}.
 */
@Interceptor
@Component
class SystemSearchInterceptor {

    private static final String LATER = "_later";
    private static final String KEY = SystemSearchInterceptor.class.getName();

    private final FhirContext context;

    SystemSearchInterceptor(FhirContext context) {
        this.context = context;
    }

    /** Makes it a search of the first type; answers 400 if it names no types, or others than those of FHIR. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
    public void onRequest(RequestDetails request) {
        Map<String, String[]> parameters = new LinkedHashMap<>(request.getParameters());
        if (parameters.containsKey(Constants.PARAM_PAGINGACTION)) {
            String[] later = parameters.remove(LATER);
            if (later != null && later.length == 1) {
                request.getUserData().put(KEY, new Rest(null, later[0]));
                request.setParameters(parameters);
            }
        } else if (isOfSystem(request)) {
            SystemSearch search = SystemSearch.takeFrom(parameters, context.getResourceTypes());
            request.getUserData().put(KEY, new Rest(search.query(0), search.query(1)));
            request.setParameters(parameters);
            request.setResourceName(search.types().get(0));
        }
    }

    /** Lets the links lead from one type to the next, and takes out a total that counts one type only. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, @Nullable IBaseResource answer) {
        if (!(answer instanceof Bundle bundle) || !(request.getUserData().get(KEY) instanceof Rest rest)) {
            return;
        }
        String base = request.getFhirServerBase() + "?";
        if (rest.self() != null && bundle.getLink("self") != null) {
            bundle.getLink("self").setUrl(base + rest.self());
        }
        if (rest.later().isEmpty()) {
            return;
        }
        bundle.setTotalElement(null);
        for (BundleLinkComponent link : bundle.getLink()) {
            if (link.getUrl().contains(Constants.PARAM_PAGINGACTION + "=")) {
                link.setUrl(
                        link.getUrl() + "&" + LATER + "=" + URLEncoder.encode(rest.later(), StandardCharsets.UTF_8));
            }
        }
        if (bundle.getLink("next") == null) {
            bundle.addLink().setRelation("next").setUrl(base + rest.later());
        }
    }

    private static boolean isOfSystem(RequestDetails request) {
        if (request.getResourceName() != null) {
            return false;
        }
        return request.getRequestType() == RequestTypeEnum.POST
                ? Constants.PARAM_SEARCH.equals(request.getOperation())
                : request.getRequestType() == RequestTypeEnum.GET
                        && request.getOperation() == null
                        && !request.getParameters().isEmpty();
    }

    /**
     * What the links need.
     *
     * @param self  the query of this search, or null on a further page of it
     * @param later the query for the types that come after, empty if there are none
     */
    private record Rest(@Nullable String self, String later) {}
}
