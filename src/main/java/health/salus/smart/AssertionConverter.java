package health.salus.smart;

import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

import java.text.ParseException;
import java.util.Map;

/**
 * Finds out which client a token request without {@code client_id} comes from.
 *
 * <p>SMART has a backend service send nothing but its assertion, in which it names itself, while Spring Authorization
 * Server wants the name beside it as well. What is read here is only a claim; the signature must then be that client's.
 */
final class AssertionConverter implements AuthenticationConverter {

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        String[] assertions = request.getParameterValues("client_assertion");
        boolean applies = assertions != null
                && assertions.length == 1
                && BackendAssertion.TYPE.equals(request.getParameter("client_assertion_type"))
                && request.getParameter("client_id") == null;
        if (!applies) {
            return null;
        }
        String client = subject(assertions[0]);
        return client == null
                ? null
                : new OAuth2ClientAuthenticationToken(
                        client, new ClientAuthenticationMethod(BackendAssertion.TYPE), assertions[0], Map.of());
    }

    private static @Nullable String subject(String assertion) {
        try {
            return SignedJWT.parse(assertion).getJWTClaimsSet().getSubject();
        } catch (ParseException e) {
            return null;
        }
    }
}
