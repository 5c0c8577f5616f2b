package health.salus.graphql;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference to a resource of this server, {@code Patient/123}, with or without a version.
 *
 * @see <a href="https://hl7.org/fhir/R4/references.html#literal">FHIR R4, literal references</a>
 */
record LocalReference(String type, String id) {

    private static final Pattern RELATIVE =
            Pattern.compile("([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})(/_history/[A-Za-z0-9.-]{1,64})?");

    static Optional<LocalReference> of(String reference) {
        Matcher parts = RELATIVE.matcher(reference);
        return parts.matches() ? Optional.of(new LocalReference(parts.group(1), parts.group(2))) : Optional.empty();
    }
}
