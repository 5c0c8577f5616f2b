package health.salus.fhir;

import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Lets {@link SplicedMatches} load the results of a search where it can, and HAPI where it cannot. */
final class SplicingSearches {

    private static final String LOAD = "loadResourcesByPid";
    private static final int WITH_LIST = 5;

    private SplicingSearches() {}

    /** Returns a builder that does all that HAPI's does. */
    static ISearchBuilder<?> of(ISearchBuilder<?> hapi, SplicedMatches matches) {
        return (ISearchBuilder<?>) Proxy.newProxyInstance(
                SplicingSearches.class.getClassLoader(),
                new Class<?>[] {ISearchBuilder.class},
                (proxy, method, all) -> {
                    if (method.getName().equals(LOAD) && all.length == WITH_LIST && load(matches, all)) {
                        return null;
                    }
                    try {
                        return method.invoke(hapi, all);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static boolean load(SplicedMatches matches, Object[] all) {
        boolean isHistory = (boolean) all[3];
        Optional<List<Resource>> loaded = isHistory
                ? Optional.empty()
                : matches.load((Collection<JpaPid>) all[0], (Collection<JpaPid>) all[1], (RequestDetails) all[4]);
        loaded.ifPresent(((List<IBaseResource>) all[2])::addAll);
        return loaded.isPresent();
    }
}
