package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProvider;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProviderEncounter;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProviderObservation;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.stereotype.Component;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Puts {@link TypeSearch} in the place of HAPI's own searches, and {@link EncounterEverything} and {@link LastObservations} in
 * that of its operations, once, when the servlet starts.
 */
@Interceptor
@Component
class TypeSearchInterceptor {

    private static final Method SEARCH = method(TypeSearch.class, Search.class);
    private static final Method EVERYTHING = method(EncounterEverything.class, Operation.class);
    private static final Method LAST = method(LastObservations.class, Operation.class);

    private final FhirContext context;
    private final ISearchParamRegistry parameters;
    private final RecordPages records;
    private final StoredResources stored;
    private final LastObservations last;

    TypeSearchInterceptor(
            FhirContext context,
            ISearchParamRegistry parameters,
            RecordPages records,
            StoredResources stored,
            LastObservations last) {
        this.context = context;
        this.parameters = parameters;
        this.records = records;
        this.stored = stored;
        this.last = last;
    }

    /** Returns what answers to requests of this kind: the binding itself, unless it is one of HAPI's that is replaced. */
    @Hook(Pointcut.SERVER_PROVIDER_METHOD_BOUND)
    public BaseMethodBinding onBound(BaseMethodBinding binding) {
        if (binding.getMethod().isAnnotationPresent(Search.class)
                && binding.getProvider() instanceof BaseJpaResourceProvider<?> provider) {
            TypeSearch search = new TypeSearch(provider.getDao(), context, parameters);
            return BaseMethodBinding.bindMethod(SEARCH, context, search);
        }
        if (binding.getProvider() instanceof BaseJpaResourceProviderObservation<?>
                && isOperation(binding.getMethod(), "$lastn")) {
            return BaseMethodBinding.bindMethod(LAST, context, last);
        }
        if (binding.getProvider() instanceof BaseJpaResourceProviderEncounter<?> && isOnInstance(binding.getMethod())) {
            return BaseMethodBinding.bindMethod(EVERYTHING, context, new EncounterEverything(records, stored));
        }
        return binding;
    }

    private static boolean isOnInstance(Method method) {
        return isOperation(method, "$everything")
                && Arrays.stream(method.getParameters()).anyMatch(it -> it.isAnnotationPresent(IdParam.class));
    }

    private static boolean isOperation(Method method, String name) {
        Operation operation = method.getAnnotation(Operation.class);
        return operation != null && operation.name().equals(name);
    }

    private static Method method(Class<?> provider, Class<? extends Annotation> marked) {
        return Arrays.stream(provider.getMethods())
                .filter(method -> method.isAnnotationPresent(marked))
                .findFirst()
                .orElseThrow();
    }
}
