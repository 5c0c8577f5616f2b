package health.salus.fhir;

import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;

/** HAPI's resource providers, whose reads go over {@link ResourceReads}. */
@Component
class QuickProviders {

    private final ResourceProviderFactory hapi;
    private final ResourceReads reads;

    QuickProviders(ResourceProviderFactory hapi, ResourceReads reads) {
        this.hapi = hapi;
        this.reads = reads;
    }

    /** Makes the providers of all resource types; all they do but to read one resource is HAPI's. */
    Collection<Object> create() {
        Collection<Object> providers = hapi.createProviders();
        providers.stream()
                .filter(BaseJpaResourceProvider.class::isInstance)
                .map(it -> (BaseJpaResourceProvider<?>) it)
                // The bytes of a Binary go their own way, and its attachments are none.
                .filter(it -> !it.getResourceType().getSimpleName().equals("Binary"))
                .forEach(this::install);
        return providers;
    }

    @SuppressWarnings("unchecked")
    private <T extends IBaseResource> void install(BaseJpaResourceProvider<T> provider) {
        IFhirResourceDao<T> storage = provider.getDao();
        provider.setDao((IFhirResourceDao<T>) Proxy.newProxyInstance(
                QuickProviders.class.getClassLoader(),
                ClassUtils.getAllInterfaces(storage),
                (proxy, method, arguments) -> isRead(method)
                        ? read(storage, (IIdType) arguments[0], (RequestDetails) arguments[1])
                        : call(storage, method, arguments)));
    }

    private <T extends IBaseResource> Object read(IFhirResourceDao<T> storage, IIdType id, RequestDetails request) {
        return reads.read(storage.getResourceType(), id, request).orElseGet(() -> storage.read(id, request));
    }

    private static boolean isRead(Method method) {
        return method.getName().equals("read") && method.getParameterCount() == 2;
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
