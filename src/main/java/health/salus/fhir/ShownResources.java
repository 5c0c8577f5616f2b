package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.HookParams;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SimplePreResourceAccessDetails;
import ca.uhn.fhir.rest.server.interceptor.ServerInterceptorUtil;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.CompositeInterceptorBroadcaster;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;

/** Asks, of resources that were loaded past HAPI's own roads, all that HAPI asks before it shows any. */
@Component
class ShownResources {

    private final IInterceptorService interceptors;

    ShownResources(IInterceptorService interceptors) {
        this.interceptors = interceptors;
    }

    /** Returns those that the caller may see, in their order and as they are to be shown. */
    List<IBaseResource> of(List<IBaseResource> resources, RequestDetails request) {
        SimplePreResourceAccessDetails access = new SimplePreResourceAccessDetails(resources);
        CompositeInterceptorBroadcaster.newCompositeBroadcaster(interceptors, request)
                .callHooks(
                        Pointcut.STORAGE_PREACCESS_RESOURCES,
                        new HookParams()
                                .add(IPreResourceAccessDetails.class, access)
                                .add(RequestDetails.class, request)
                                .addIfMatchesType(ServletRequestDetails.class, request));
        List<IBaseResource> visible = new ArrayList<>();
        for (int i = 0; i < resources.size(); i++) {
            if (!access.isDontReturnResourceAtIndex(i)) {
                visible.add(resources.get(i));
            }
        }
        return ServerInterceptorUtil.fireStoragePreshowResource(visible, request, interceptors);
    }
}
