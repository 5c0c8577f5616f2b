package health.salus.smart;

import com.nimbusds.jwt.SignedJWT;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;

import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells the app what the token is about: a client must not have to look into the token for it. */
final class LaunchContextResponse implements Consumer<OAuth2AccessTokenAuthenticationContext> {

    @Override
    public void accept(OAuth2AccessTokenAuthenticationContext context) {
        OAuth2AccessTokenAuthenticationToken issued = context.getAuthentication();
        Map<String, Object> claims = claims(issued);
        Map<String, Object> parameters = new HashMap<>(issued.getAdditionalParameters());
        LaunchContext.PARAMETERS.stream()
                .filter(claims::containsKey)
                .forEach(name -> parameters.put(name, claims.get(name)));
        context.getAccessTokenResponse().additionalParameters(parameters);
    }

    private static Map<String, Object> claims(OAuth2AccessTokenAuthenticationToken issued) {
        try {
            return SignedJWT.parse(issued.getAccessToken().getTokenValue())
                    .getJWTClaimsSet()
                    .getClaims();
        } catch (ParseException e) {
            throw new IllegalStateException("The token that was just made cannot be read", e);
        }
    }
}
