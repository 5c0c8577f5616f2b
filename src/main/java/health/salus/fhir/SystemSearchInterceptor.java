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
import org.hl7.fhir.r4.model.UnsignedIntType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

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
    // How many there are of all types, on pages after the first.
    private static final String MATCHES = "_matches";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{0,9}");
    private static final String KEY = SystemSearchInterceptor.class.getName();

    private final FhirContext context;
    private final SystemTotal total;

    SystemSearchInterceptor(FhirContext context, SystemTotal total) {
        this.context = context;
        this.total = total;
    }

    /** Makes it a search of the first type; answers 400 if it names no types, or others than those of FHIR. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
    public void onRequest(RequestDetails request) {
        Map<String, String[]> parameters = new LinkedHashMap<>(request.getParameters());
        String[] matches = parameters.remove(MATCHES);
        String known = matches != null
                        && matches.length == 1
                        && NUMBER.matcher(matches[0]).matches()
                ? matches[0]
                : null;
        if (parameters.containsKey(Constants.PARAM_PAGINGACTION)) {
            String[] later = parameters.remove(LATER);
            if (known != null) {
                request.getUserData()
                        .put(KEY, new Rest(null, later != null && later.length == 1 ? later[0] : "", null, known));
                request.setParameters(parameters);
            }
        } else if (isOfSystem(request)) {
            SystemSearch search = SystemSearch.takeFrom(parameters, context.getResourceTypes(), total::isSearched);
            request.getUserData().put(KEY, new Rest(search.query(0), search.query(1), search, known));
            request.setParameters(parameters);
            request.setResourceName(search.types().get(0));
        }
    }

    /** Lets the links lead from one type to the next, and counts all types where a number of matches is wanted. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, @Nullable IBaseResource answer) {
        if (!(answer instanceof Bundle bundle) || !(request.getUserData().get(KEY) instanceof Rest rest)) {
            return;
        }
        String base = request.getFhirServerBase() + "?";
        if (rest.self() != null && bundle.getLink("self") != null) {
            bundle.getLink("self").setUrl(base + rest.self());
        }
        if (rest.later().isEmpty() && rest.matches() == null) {
            return;
        }
        String matches = rest.matches() == null ? count(rest, bundle, request) : rest.matches();
        bundle.setTotalElement(matches.isEmpty() ? null : new UnsignedIntType(matches));
        if (rest.search() != null && rest.search().isCount()) {
            return;
        }
        String ofAll = "&" + MATCHES + "=" + matches;
        for (BundleLinkComponent link : bundle.getLink()) {
            if (link.getUrl().contains(Constants.PARAM_PAGINGACTION + "=")) {
                link.setUrl(link.getUrl() + "&" + LATER + "=" + URLEncoder.encode(rest.later(), StandardCharsets.UTF_8)
                        + ofAll);
            }
        }
        if (bundle.getLink("next") == null && !rest.later().isEmpty()) {
            bundle.addLink().setRelation("next").setUrl(base + rest.later() + ofAll);
        }
    }

    // HAPI has counted the first type.
    private String count(Rest rest, Bundle first, RequestDetails request) {
        SystemSearch search = rest.search();
        if (search == null || !search.isCounted() || !first.hasTotal()) {
            return "";
        }
        List<String> others = search.types().subList(1, search.types().size());
        return String.valueOf(first.getTotal() + total.of(others, search.parameters(), request));
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
     * @param self    the query of this search, or null on a further page of it
     * @param later   the query for the types that come after, empty if there are none
     * @param search  what is asked, or null on a further page
     * @param matches how many there are of all types, empty if that is not known; null on the first page of all
     */
    private record Rest(
            @Nullable String self,
            String later,
            @Nullable SystemSearch search,
            @Nullable String matches) {}
}
