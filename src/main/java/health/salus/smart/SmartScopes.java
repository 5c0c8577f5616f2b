package health.salus.smart;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The scopes of a token or of a request for one, as SMART App Launch 2.2 writes them.
 *
 * <p>What has no slash ({@code openid}, {@code fhirUser}, {@code offline_access}, or a word of another vendor) opens no
 * clinical data and is kept as it is. What has one must be understood to the last letter.
 *
 * @param clinical the scopes that open clinical data
 * @param others   the rest, such as {@code openid} and {@code launch/patient}
 */
record SmartScopes(List<ClinicalScope> clinical, Set<String> others) {

    static final String OPENID = "openid";
    static final String FHIR_USER = "fhirUser";
    static final String LAUNCH_PATIENT = "launch/patient";
    static final String LAUNCH = "launch";
    static final String LAUNCH_ENCOUNTER = "launch/encounter";
    static final String OFFLINE_ACCESS = "offline_access";
    static final String ONLINE_ACCESS = "online_access";

    /** Opens {@code /api}; without it an app that an administrator signs in to could administer the server. */
    static final String API = "salus_api";

    /** Lets a client look into the tokens of others, as a resource server must. */
    static final String INTROSPECT = "salus_introspect";

    private static final Pattern LAUNCH_CONTEXT = Pattern.compile("launch/[a-z]+");

    SmartScopes {
        clinical = List.copyOf(clinical);
        others = Set.copyOf(others);
    }

    /** Reads the value of a {@code scope} claim or parameter: tokens with spaces between. */
    static SmartScopes parse(String text) {
        return of(text.isBlank() ? List.of() : List.of(text.trim().split(" +")));
    }

    /** Reads single scopes; one that is not understood makes the whole {@link InvalidScopeException invalid}. */
    static SmartScopes of(Collection<String> tokens) {
        Set<ClinicalScope> clinical = new LinkedHashSet<>();
        Set<String> others = new LinkedHashSet<>();
        for (String token : tokens) {
            if (token.indexOf('/') < 0 || LAUNCH_CONTEXT.matcher(token).matches()) {
                others.add(token);
                continue;
            }
            clinical.add(ClinicalScope.parse(token).orElseThrow(() -> new InvalidScopeException(token)));
        }
        return new SmartScopes(List.copyOf(clinical), others);
    }

    /** Tells whether every scope of the other set is opened by this one, whichever syntax either is written in. */
    boolean covers(SmartScopes requested) {
        return others.containsAll(requested.others)
                && requested.clinical.stream()
                        .allMatch(scope -> clinical.stream().anyMatch(own -> own.covers(scope)));
    }

    boolean has(String scope) {
        return others.contains(scope);
    }

    boolean has(ClinicalScope.Context context) {
        return clinical.stream().anyMatch(scope -> scope.context() == context);
    }

    /** Tells whether a token with these scopes must say which patient it is about. */
    boolean needsPatient() {
        return has(LAUNCH_PATIENT) || has(ClinicalScope.Context.PATIENT);
    }
}
