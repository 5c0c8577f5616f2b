package health.salus.searchparameter;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.context.phonetic.ApacheEncoder;
import ca.uhn.fhir.jpa.searchparam.registry.RuntimeSearchParamCache;
import ca.uhn.fhir.jpa.searchparam.registry.SearchParamRegistryImpl;
import org.apache.commons.codec.language.DoubleMetaphone;

import java.util.List;

/**
 * The search parameters of FHIR, of {@code fhir-profiles/}, and those that are stored, which win. The parameters named
 * {@code phonetic} find names that sound alike.
 */
class KnownSearchParameters extends SearchParamRegistryImpl {

    private final List<RuntimeSearchParam> shipped;

    KnownSearchParameters(ShippedParameters shipped) {
        this.shipped = shipped.ofProfiles();
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
