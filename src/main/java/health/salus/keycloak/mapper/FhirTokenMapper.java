package health.salus.keycloak.mapper;

import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.endpoints.AuthorizationEndpoint;
import org.keycloak.protocol.oidc.mappers.AbstractOIDCProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAccessTokenMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAccessTokenResponseMapper;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.AccessTokenResponse;
import org.keycloak.services.CorsErrorResponseException;
import org.keycloak.services.cors.Cors;

import java.util.List;
import java.util.Optional;

/**
 * Does for SMART what none of Keycloak's own mappers can: makes a token out to the FHIR base of its tenant, if that is the
 * base the app has asked for, and tells the app which patient the token is about.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html">SMART App Launch 2.2</a>
 */
public final class FhirTokenMapper extends AbstractOIDCProtocolMapper
        implements OIDCAccessTokenMapper, OIDCAccessTokenResponseMapper {

    /** The name of this mapper in a realm. */
    public static final String PROVIDER_ID = "salus-fhir-token-mapper";

    /** The setting of this mapper that holds the FHIR base of the default tenant, without a slash at its end. */
    public static final String FHIR_BASE = "fhir.base";

    // Keycloak keeps every parameter of the authorization request that it does not know itself, for the app's session.
    private static final String REQUESTED_AUDIENCE =
            AuthorizationEndpoint.LOGIN_SESSION_NOTE_ADDITIONAL_REQ_PARAMS_PREFIX + "aud";
    private static final String TENANT = "salus_tenant";
    private static final int AFTER_ALL_OTHERS = 100;

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Salus FHIR token";
    }

    @Override
    public String getDisplayCategory() {
        return TOKEN_MAPPER_CATEGORY;
    }

    @Override
    public String getHelpText() {
        return "Audience by tenant, checked against what the app asks for, and the patient in the token response.";
    }

    /** Reads the tenant and the patient that other mappers have written, so it comes after them. */
    @Override
    public int getPriority() {
        return AFTER_ALL_OTHERS;
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return List.of(new ProviderConfigProperty(
                FHIR_BASE,
                "FHIR base",
                "FHIR base of the default tenant, such as https://fhir.example.org/fhir",
                ProviderConfigProperty.STRING_TYPE,
                null));
    }

    /**
     * Adds the FHIR base of the tenant that the token names to its audience.
     *
     * @throws CorsErrorResponseException 400 {@code invalid_target} if the app has asked for another base, or for none
     */
    @Override
    public AccessToken transformAccessToken(
            AccessToken token,
            ProtocolMapperModel mapper,
            KeycloakSession session,
            UserSessionModel userSession,
            ClientSessionContext context) {
        String base = Optional.ofNullable(mapper.getConfig().get(FHIR_BASE))
                .flatMap(it -> FhirAudience.ofTenant(it, token.getOtherClaims().get(TENANT)))
                .orElseThrow(() -> refusal(session, "The account belongs to no tenant"));
        boolean isPerson = userSession.getUser().getServiceAccountClientLink() == null;
        if (isPerson && !FhirAudience.isSame(base, requested(context))) {
            throw refusal(
                    session,
                    "The parameter aud of the authorization request must be the FHIR base of your institution");
        }
        return (AccessToken) token.addAudience(base);
    }

    /** Tells the app of the patient that the token names, if it was granted to know. */
    @Override
    public AccessTokenResponse transformAccessTokenResponse(
            AccessTokenResponse response,
            ProtocolMapperModel mapper,
            KeycloakSession session,
            UserSessionModel userSession,
            ClientSessionContext context) {
        LaunchResponse.of(response.getToken()).forEach(response::setOtherClaims);
        return response;
    }

    private static Optional<String> requested(ClientSessionContext context) {
        @Nullable String audience = context.getClientSession().getNote(REQUESTED_AUDIENCE);
        return Optional.ofNullable(audience);
    }

    // Without the CORS header an app in a browser would not get to read why it is refused.
    private static CorsErrorResponseException refusal(KeycloakSession session, String reason) {
        Cors cors = Cors.builder()
                .auth()
                .checkAllowedOrigins(session, session.getContext().getClient());
        return new CorsErrorResponseException(
                cors, OAuthErrorException.INVALID_TARGET, reason, Response.Status.BAD_REQUEST);
    }
}
