package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Another OpenID provider, such as Keycloak, at which people sign in while this server goes on issuing the tokens.
 *
 * @param issuer       the provider; without it people sign in with a password of this server only
 * @param clientId     by which the provider knows this server
 * @param clientSecret with which this server proves itself there
 * @param name         what people call it; shown on the login page
 * @param accountsFor  the roles of people whom nobody has linked and who get an account at their first login, by what the
 *                     provider says of them: {@code practitioner} and {@code patient}; without any, unknown people get none
 * @param claims       what the provider's ID tokens say
 */
@ConfigurationProperties(LoginSettings.PREFIX)
record LoginSettings(
        @Nullable URI issuer,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("your institution") String name,
        @DefaultValue List<String> accountsFor,
        @DefaultValue Claims claims) {

    static final String PREFIX = "salus.auth.login";

    /** The setting that turns the login at another provider on. */
    static final String ISSUER = PREFIX + ".issuer";

    private static final Set<String> MADE_BY_RULE = Set.of(Role.PRACTITIONER.code(), Role.PATIENT.code());
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    LoginSettings {
        if (issuer != null && (clientId.isBlank() || clientSecret.isBlank())) {
            throw new IllegalArgumentException(ISSUER + " needs client-id and client-secret beside it");
        }
        if (issuer != null && !isSafe(issuer)) {
            throw new IllegalArgumentException(
                    ISSUER + " must be an https address: whoever can change its answers signs in as anybody");
        }
        if (!MADE_BY_RULE.containsAll(accountsFor)) {
            throw new IllegalArgumentException(PREFIX
                    + ".accounts-for takes practitioner and patient; administrators are linked by administrators");
        }
    }

    private static boolean isSafe(URI issuer) {
        return issuer.getHost() != null
                && ("https".equals(issuer.getScheme())
                        || ("http".equals(issuer.getScheme()) && THIS_MACHINE.contains(issuer.getHost())));
    }

    /**
     * The claims that accounts are made by; dots lead into objects.
     *
     * @param username the name of the account here
     * @param role     the role, or a list with it
     * @param tenant   the tenant
     * @param fhirUser the resource that represents the person
     * @param patient  for patients, the id of their record
     */
    record Claims(
            @DefaultValue("preferred_username") String username,
            @DefaultValue(TokenClaims.ROLE) String role,
            @DefaultValue(TokenClaims.TENANT) String tenant,
            @DefaultValue(TokenClaims.FHIR_USER) String fhirUser,
            @DefaultValue(TokenClaims.PATIENT) String patient) {}
}
