package health.salus.keycloak.mapper;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Pattern;

/** The FHIR base that a token is made out to. */
final class FhirAudience {

    // Said again here, since the jar that Keycloak loads holds this package alone.
    private static final Pattern TENANT = Pattern.compile("[a-z][a-z0-9-]{1,31}");
    private static final String DEFAULT_TENANT = "default";

    private FhirAudience() {}

    /** Returns the FHIR base of a tenant, of the default one if none is named, or nothing if it is no tenant's name. */
    static Optional<String> ofTenant(String defaultBase, @Nullable Object tenant) {
        if (tenant == null || tenant.equals(DEFAULT_TENANT)) {
            return Optional.of(defaultBase);
        }
        return Optional.of(tenant.toString())
                .filter(it -> TENANT.matcher(it).matches())
                .map(it -> defaultBase + "/" + it);
    }

    /** Tells whether an app means this base; one slash at the end makes no difference. */
    static boolean isSame(String base, Optional<String> requested) {
        return requested.filter(it -> it.equals(base) || it.equals(base + "/")).isPresent();
    }
}
