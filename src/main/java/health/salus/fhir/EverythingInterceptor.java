package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleLinkComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of {@code $everything} that HAPI does not know or applies to a part of the result:
 * https://hl7.org/fhir/R4/operation-patient-everything.html.
 *
 * <p>They are taken out of the request, judge each resource that is about to be shown, and are put into the links to the
 * other pages, so that no page depends on what a server remembers. A page can then be shorter than it might be.
 */
@Interceptor
@Component
class EverythingInterceptor {

    static final String EVERYTHING = "$everything";
    private static final String FILTER = EverythingInterceptor.class.getName();

    /** Reads the parameters of the operation, from the URL or from the body, or of a further page of its result. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(ServletRequestDetails request) {
        if (!EVERYTHING.equals(request.getOperation())
                && !request.getParameters().containsKey("_getpages")) {
            return;
        }
        if (request.getRequestType() == RequestTypeEnum.POST && EVERYTHING.equals(request.getOperation())) {
            request.setParameters(PostedParameters.of(request));
            // From here on it is the same request as by GET, and so are the links to its pages.
            request.setRequestType(RequestTypeEnum.GET);
        }
        Map<String, String[]> others = new LinkedHashMap<>(request.getParameters());
        EverythingFilter filter = EverythingFilter.takeFrom(others);
        if (!filter.isEmpty()) {
            request.getUserData().put(FILTER, filter);
            request.setParameters(others);
        }
    }

    /** Tells whether resources are left out of what a request finds, for which their elements are needed. */
    static boolean filters(RequestDetails request) {
        return request.getUserData().containsKey(FILTER);
    }

    /** Leaves out what is not asked for, before anything is counted or shown. */
    @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
    public void filter(IPreResourceAccessDetails found, @Nullable RequestDetails request) {
        if (request == null || !(request.getUserData().get(FILTER) instanceof EverythingFilter filter)) {
            return;
        }
        for (int index = 0; index < found.size(); index++) {
            if (found.getResource(index) instanceof Resource resource && !filter.passes(resource)) {
                found.setDontReturnResourceAtIndex(index);
            }
        }
    }

    /** Puts the parameters into the links and takes the total out, which counts what is left out as well. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, @Nullable IBaseResource answer) {
        if (answer instanceof Bundle bundle && request.getUserData().get(FILTER) instanceof EverythingFilter filter) {
            bundle.setTotalElement(null);
            for (BundleLinkComponent link : bundle.getLink()) {
                link.setUrl(link.getUrl() + (link.getUrl().contains("?") ? "&" : "?") + filter.query());
            }
        }
    }
}
