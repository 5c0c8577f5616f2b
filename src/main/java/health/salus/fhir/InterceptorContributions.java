package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.auth.AuthorizationInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.stereotype.Component;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The HAPI interceptors that the features of Salus contribute as beans, put where HAPI calls them.
 *
 * <p>An interceptor that only has storage hooks is registered with the storage, so that it also sees what the server
 * writes on its own behalf; every other one with the servlet. None is registered with both, since it would be called twice.
 */
@Component
class InterceptorContributions {

    private static final String OUR_PACKAGES = "health.salus.";

    private final ListableBeanFactory beans;
    private final IInterceptorService storage;

    InterceptorContributions(ListableBeanFactory beans, IInterceptorService storage) {
        this.beans = beans;
        this.storage = storage;
    }

    /**
     * Registers all contributions.
     *
     * @throws IllegalStateException unless exactly one of them authorizes requests: without it the server would be open
     */
    void registerWith(RestfulServer server) {
        List<Object> interceptors = contributed();
        long guards = interceptors.stream()
                .filter(AuthorizationInterceptor.class::isInstance)
                .count();
        if (guards != 1) {
            throw new IllegalStateException("Salus starts with exactly one AuthorizationInterceptor, found " + guards);
        }
        for (Object interceptor : interceptors) {
            if (hasOnlyStorageHooks(interceptor)) {
                storage.registerInterceptor(interceptor);
            } else {
                server.registerInterceptor(interceptor);
            }
        }
    }

    // HAPI's own beans carry the annotation too; which of those are wanted is decided by name, not by presence.
    private List<Object> contributed() {
        return Arrays.stream(beans.getBeanNamesForAnnotation(Interceptor.class))
                .filter(name ->
                        Objects.requireNonNull(beans.getType(name)).getName().startsWith(OUR_PACKAGES))
                .<Object>map(beans::getBean)
                .toList();
    }

    private static boolean hasOnlyStorageHooks(Object interceptor) {
        return Arrays.stream(interceptor.getClass().getMethods())
                .map(InterceptorContributions::hook)
                .filter(Objects::nonNull)
                .allMatch(hook -> hook.value().name().startsWith("STORAGE_"));
    }

    private static @Nullable Hook hook(Method method) {
        return method.getAnnotation(Hook.class);
    }
}
