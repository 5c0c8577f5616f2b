package health.salus.searchparameter;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.context.phonetic.ApacheEncoder;
import ca.uhn.fhir.jpa.searchparam.registry.RuntimeSearchParamCache;
import ca.uhn.fhir.jpa.searchparam.registry.SearchParamRegistryImpl;
import ca.uhn.fhir.jpa.searchparam.registry.SearchParameterCanonicalizer;
import health.salus.profile.Profiles;
import org.apache.commons.codec.language.DoubleMetaphone;

import java.util.List;
import java.util.Objects;

/**
 * The search parameters of FHIR, of {@code fhir-profiles/}, and those that are stored, which win. The parameters named
 * {@code phonetic} find names that sound alike.
 */
class KnownSearchParameters extends SearchParamRegistryImpl {

    private final List<RuntimeSearchParam> shipped;

    KnownSearchParameters(Profiles profiles, SearchParameterCanonicalizer reader) {
        this.shipped = profiles.searchParameters().stream()
                .map(reader::canonicalizeSearchParameter)
                .filter(Objects::nonNull)
                .toList();
        setPhoneticEncoder(new ApacheEncoder("DOUBLE_METAPHONE", new DoubleMetaphone()));
    }

    /** Takes what HAPI has found, whenever it has looked for search parameters. */
    @Override
    public void setActiveSearchParams(RuntimeSearchParamCache active) {
        for (RuntimeSearchParam parameter : shipped) {
            for (String type : parameter.getBase()) {
                if (active.get(type, parameter.getName()) == null) {
                    active.add(type, parameter.getName(), parameter);
                }
            }
        }
        super.setActiveSearchParams(active);
    }
}
