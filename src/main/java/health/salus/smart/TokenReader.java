package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads who the caller is out of a token whose signature, issuer and expiry were found good. */
@Component
class TokenReader {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final String PATIENT_TYPE = "Patient/";

    private final FhirBases bases;
    private final SmartSettings settings;

    TokenReader(FhirBases bases, SmartSettings settings) {
        this.bases = bases;
        this.settings = settings;
    }

    /**
     * Returns the caller, if the token is meant for this tenant.
     *
     * @throws OAuth2AuthenticationException 401 if it is not, 403 if a scope in it is not understood
     */
    SmartPrincipal read(Jwt token, TenantId tenant) {
        if (!texts(token.getClaims().get("aud")).contains(bases.of(tenant)) || !isOf(token, tenant)) {
            throw new OAuth2AuthenticationException(
                    BearerTokenErrors.invalidToken("The token is not for this FHIR base"));
        }
        Role role = role(token);
        String fhirUser = fhirUser(token, tenant);
        return new SmartPrincipal(
                tenant,
                role,
                fhirUser,
                patient(token, role, fhirUser),
                scopes(token),
                client(token),
                subject(token),
                Set.copyOf(texts(token.getClaims().get(TokenClaims.CLEARANCE))),
                Set.copyOf(texts(token.getClaims().get(TokenClaims.PURPOSE))));
    }

    /** Returns the tenant that a token is for by its audience, or nothing if there is none or there are several. */
    Optional<TenantId> tenant(Jwt token) {
        List<TenantId> named = texts(token.getClaims().get("aud")).stream()
                .map(bases::tenantOf)
                .flatMap(Optional::stream)
                .toList();
        return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
    }

    private static boolean isOf(Jwt token, TenantId tenant) {
        Object claimed = token.getClaims().get(TokenClaims.TENANT);
        return claimed == null || claimed.equals(tenant.value());
    }

    private @Nullable Role role(Jwt token) {
        Object value = token.getClaims();
        for (String step : settings.auth().roleClaim().split("\\.")) {
            value = value instanceof Map<?, ?> object ? object.get(step) : null;
        }
        Set<String> codes = Set.copyOf(texts(value));
        return Arrays.stream(Role.values())
                .filter(role -> codes.contains(role.code()))
                .findFirst()
                .orElse(null);
    }

    private @Nullable String fhirUser(Jwt token, TenantId tenant) {
        String base = bases.of(tenant) + "/";
        return one(token, TokenClaims.FHIR_USER)
                .map(user -> user.startsWith(base) ? user.substring(base.length()) : user)
                .orElse(null);
    }

    private static @Nullable String patient(Jwt token, @Nullable Role role, @Nullable String fhirUser) {
        // A claim that names several patients names none: there is no telling which one the app asked for.
        Optional<String> claimed = one(token, TokenClaims.PATIENT);
        Optional<String> own =
                Optional.ofNullable(fhirUser).filter(user -> role == Role.PATIENT && user.startsWith(PATIENT_TYPE));
        return claimed.or(() -> own)
                .map(reference ->
                        reference.startsWith(PATIENT_TYPE) ? reference.substring(PATIENT_TYPE.length()) : reference)
                .filter(id -> ID.matcher(id).matches())
                .orElse(null);
    }

    private static Set<String> scopes(Jwt token) {
        try {
            String scope = String.join(" ", texts(token.getClaims().get(TokenClaims.SCOPE)));
            SmartScopes.parse(scope);
            return scope.isBlank() ? Set.of() : Set.copyOf(List.of(scope.trim().split(" +")));
        } catch (InvalidScopeException e) {
            throw new OAuth2AuthenticationException(
                    BearerTokenErrors.insufficientScope("A scope of the token is not understood", ""));
        }
    }

    private static String client(Jwt token) {
        return one(token, TokenClaims.CLIENT_ID)
                .or(() -> one(token, "azp"))
                .orElseThrow(() ->
                        new OAuth2AuthenticationException(BearerTokenErrors.invalidToken("The token names no client")));
    }

    private static String subject(Jwt token) {
        return one(token, "sub")
                .orElseThrow(() -> new OAuth2AuthenticationException(
                        BearerTokenErrors.invalidToken("The token names no subject")));
    }

    private static Optional<String> one(Jwt token, String claim) {
        List<String> values = texts(token.getClaims().get(claim));
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    // Issuers disagree on whether a claim with several values is a list or a text.
    private static List<String> texts(@Nullable Object claim) {
        if (claim instanceof Collection<?> several) {
            return several.stream().map(Object::toString).toList();
        }
        return claim == null ? List.of() : List.of(claim.toString());
    }
}
