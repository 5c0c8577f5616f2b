package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProvider;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.stereotype.Component;

import java.lang.reflect.Method;
import java.util.Arrays;

/** Puts {@link TypeSearch} in the place of HAPI's own searches, once, when the servlet starts. */
@Interceptor
@Component
class TypeSearchInterceptor {

    private static final Method SEARCH = Arrays.stream(TypeSearch.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Search.class))
            .findFirst()
            .orElseThrow();

    private final FhirContext context;
    private final ISearchParamRegistry parameters;

    TypeSearchInterceptor(FhirContext context, ISearchParamRegistry parameters) {
        this.context = context;
        this.parameters = parameters;
    }

    /** Returns what answers to requests of this kind: the binding itself, unless it is a search by type of HAPI's. */
    @Hook(Pointcut.SERVER_PROVIDER_METHOD_BOUND)
    public BaseMethodBinding onBound(BaseMethodBinding binding) {
        if (binding.getMethod().isAnnotationPresent(Search.class)
                && binding.getProvider() instanceof BaseJpaResourceProvider<?> provider) {
            TypeSearch search = new TypeSearch(provider.getDao(), context, parameters);
            return BaseMethodBinding.bindMethod(SEARCH, context, search);
        }
        return binding;
    }
}
