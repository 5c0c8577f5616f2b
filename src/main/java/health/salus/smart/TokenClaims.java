package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Writes what SMART and this server need into the tokens that it issues.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068, JWT profile for access tokens</a>
 */
@Component
@ConditionalOnEmbeddedIssuer
class TokenClaims implements OAuth2TokenCustomizer<JwtEncodingContext> {

    static final String PATIENT = "patient";
    static final String FHIR_USER = "fhirUser";
    static final String ROLE = "salus_role";
    static final String TENANT = "salus_tenant";
    static final String CLIENT_ID = "client_id";
    static final String SCOPE = "scope";

    /** Which restricted labels the caller may see. */
    static final String CLEARANCE = "salus_clearance";

    /** What the caller looks for, in codes of PurposeOfUse; an issuer of one's own may say it. */
    static final String PURPOSE = "salus_purpose";

    /** Names the grant that an access token came of; the token counts as long as {@link Grants} has it. */
    static final String GRANT = "salus_grant";

    /** Says in the header that a JWT is an access token, so that no ID token passes for one. */
    static final String ACCESS_TOKEN_TYPE = "at+jwt";

    private final FhirBases bases;
    private final Users users;
    private final Clients clients;
    private final Tenants tenants;
    private final Clearances clearances;

    TokenClaims(FhirBases bases, Users users, Clients clients, Tenants tenants, Clearances clearances) {
        this.clearances = clearances;
        this.bases = bases;
        this.users = users;
        this.clients = clients;
        this.tenants = tenants;
    }

    @Override
    public void customize(JwtEncodingContext context) {
        if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
            writeIdToken(context);
            return;
        }
        Set<String> scopes = context.getAuthorizedScopes();
        context.getJwsHeader().type(ACCESS_TOKEN_TYPE);
        context.getClaims()
                .claim(SCOPE, String.join(" ", scopes))
                .claim(CLIENT_ID, context.getRegisteredClient().getClientId());
        if (AuthorizationGrantType.CLIENT_CREDENTIALS.equals(context.getAuthorizationGrantType())) {
            writeProgram(context);
            return;
        }
        OAuth2Authorization grant = Objects.requireNonNull(context.getAuthorization());
        context.getClaims().claim(GRANT, grant.getId());
        writePerson(context, SmartScopes.of(grant.getAuthorizedScopes()));
    }

    private void writeIdToken(JwtEncodingContext context) {
        SmartUser user = user(context);
        if (context.getAuthorizedScopes().contains(SmartScopes.FHIR_USER)) {
            fhirUser(user).ifPresent(it -> context.getClaims().claim(FHIR_USER, it));
        }
    }

    private void writeProgram(JwtEncodingContext context) {
        TenantId tenant = clients.find(context.getRegisteredClient().getClientId())
                .map(SmartClient::tenant)
                .filter(it -> tenants.find(it).isPresent())
                .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT));
        writeClearance(
                context.getClaims(),
                clearances.ofClient(context.getRegisteredClient().getClientId()));
        writeTenant(context.getClaims(), tenant)
                .claim(ROLE, Role.SYSTEM.code())
                .claim(GRANT, UUID.randomUUID().toString());
    }

    private void writePerson(JwtEncodingContext context, SmartScopes scopes) {
        SmartUser user = user(context);
        // A person who has changed tenant since the app was authorized must sign in again, and the tenant may be
        // disabled.
        TenantId tenant = bases.tenantOf(audience(context))
                .filter(user.tenant()::equals)
                .filter(it -> tenants.find(it).isPresent())
                .filter(it -> isServed(it, context.getRegisteredClient().getClientId()))
                .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT));
        JwtClaimsSet.Builder claims =
                writeTenant(context.getClaims(), tenant).claim(ROLE, user.role().code());
        fhirUser(user).ifPresent(it -> claims.claim(FHIR_USER, it));
        writeClearance(claims, clearances.ofUser(user.username()));
        LaunchContext launch = LaunchContext.of(Objects.requireNonNull(context.getAuthorization()));
        launch.claims(scopes).forEach(claims::claim);
        if (scopes.needsPatient() && launch.patient() == null) {
            claims.claim(PATIENT, own(user));
        }
    }

    private boolean isServed(TenantId tenant, String clientId) {
        return clients.find(clientId).filter(it -> it.serves(tenant)).isPresent();
    }

    // Claims are kept as JSON with the class of every list in it, and List.of is not among those that are read again.
    private JwtClaimsSet.Builder writeTenant(JwtClaimsSet.Builder claims, TenantId tenant) {
        return claims.audience(Collections.singletonList(bases.of(tenant))).claim(TENANT, tenant.value());
    }

    private static void writeClearance(JwtClaimsSet.Builder claims, List<String> labels) {
        if (!labels.isEmpty()) {
            claims.claim(CLEARANCE, new ArrayList<>(labels));
        }
    }

    private SmartUser user(JwtEncodingContext context) {
        return users.find(context.getPrincipal().getName())
                .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT));
    }

    // Access to one record without saying whose would be access to all, so it is rather refused.
    private static String own(SmartUser user) {
        return Optional.ofNullable(user.patient())
                .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT));
    }

    private Optional<String> fhirUser(SmartUser user) {
        return Optional.ofNullable(user.fhirUser()).map(reference -> bases.of(user.tenant()) + "/" + reference);
    }

    private static String audience(JwtEncodingContext context) {
        OAuth2Authorization grant = Objects.requireNonNull(context.getAuthorization());
        return RequestedLaunches.audience(RequestedLaunches.request(grant).getAdditionalParameters())
                .orElseThrow();
    }
}
