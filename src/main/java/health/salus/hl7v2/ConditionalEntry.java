package health.salus.hl7v2;

import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.util.UrlUtil;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;

import java.util.Optional;

/**
 * An entry of a mapping's transaction that the store knows by an identifier.
 *
 * @param key    by which the store finds the same resource again
 * @param update whether what the store has is replaced; otherwise it stays
 */
record ConditionalEntry(BundleEntryComponent entry, Identifier key, boolean update) {

    private static final String IDENTIFIER = "identifier=";

    /** Reads an entry, or nothing if it is another kind of entry. */
    static Optional<ConditionalEntry> of(BundleEntryComponent entry) {
        String url = entry.getRequest().getUrl();
        boolean update = url.contains("?");
        String query = update
                ? url.substring(url.indexOf('?') + 1)
                : entry.getRequest().getIfNoneExist();
        if (query == null || !query.startsWith(IDENTIFIER) || query.contains("&")) {
            return Optional.empty();
        }
        String token = UrlUtil.unescape(query.substring(IDENTIFIER.length()));
        String[] parts = split(token);
        return parts.length == 2
                ? Optional.of(new ConditionalEntry(
                        entry, new Identifier().setSystem(parts[0]).setValue(parts[1]), update))
                : Optional.empty();
    }

    /** Splits {@code system|value}, in which both were escaped as FHIR R4 3.1.1.4.0.1 says. */
    private static String[] split(String token) {
        int bar = ParameterUtil.nonEscapedIndexOf(token, '|');
        return bar < 0
                ? new String[0]
                : new String[] {
                    ParameterUtil.unescape(token.substring(0, bar)), ParameterUtil.unescape(token.substring(bar + 1))
                };
    }

    String type() {
        return resource().fhirType();
    }

    Resource resource() {
        return entry.getResource();
    }

    /** Tells whether a resource of the store is the one that this entry is about. */
    boolean matches(Resource stored) {
        return stored.fhirType().equals(type())
                && stored.getNamedProperty("identifier").getValues().stream()
                        .map(Identifier.class::cast)
                        .anyMatch(it -> key.getSystem().equals(it.getSystem())
                                && key.getValue().equals(it.getValue()));
    }
}
