package health.salus.fhir;

import ca.uhn.fhir.rest.server.IResourceProvider;
import com.google.common.base.Suppliers;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The resource types that features of Salus keep themselves, contributed as beans in place of HAPI's own providers. */
@Component
class ProviderContributions {

    private static final String OUR_PACKAGES = "health.salus.";

    private final ListableBeanFactory beans;
    private final Supplier<Set<String>> types;

    ProviderContributions(ListableBeanFactory beans) {
        this.beans = beans;
        this.types = Suppliers.memoize(() -> contributed().stream()
                .map(it -> it.getResourceType().getSimpleName())
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** Returns these providers, with ours instead of those for the same types. */
    List<Object> replacing(Collection<Object> providers) {
        List<IResourceProvider> ours = contributed();
        Set<Class<? extends IBaseResource>> types =
                ours.stream().map(IResourceProvider::getResourceType).collect(Collectors.toSet());
        return Stream.concat(
                        providers.stream()
                                .filter(it -> !(it instanceof IResourceProvider provider
                                        && types.contains(provider.getResourceType()))),
                        ours.stream())
                .toList();
    }

    /** Tells whether resources of this type are kept by a feature of Salus. */
    boolean contain(@Nullable String type) {
        return type != null && types.get().contains(type);
    }

    // HAPI's are beans of the same kind, made when they are asked for.
    private List<IResourceProvider> contributed() {
        return Arrays.stream(beans.getBeanNamesForType(IResourceProvider.class, true, false))
                .filter(name ->
                        Objects.requireNonNull(beans.getType(name)).getName().startsWith(OUR_PACKAGES))
                .map(name -> beans.getBean(name, IResourceProvider.class))
                .toList();
    }
}
