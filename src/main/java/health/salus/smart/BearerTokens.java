package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/** Checks the access token of a FHIR request, also for being meant for the tenant that the request is about. */
@Component
class BearerTokens implements AuthenticationManagerResolver<HttpServletRequest> {

    private final JwtDecoder decoder;
    private final TokenReader reader;
    private final Tenants tenants;

    BearerTokens(JwtDecoder decoder, TokenReader reader, Tenants tenants) {
        this.decoder = decoder;
        this.reader = reader;
        this.tenants = tenants;
    }

    @Override
    public AuthenticationManager resolve(HttpServletRequest request) {
        TenantId tenant = RequestTenant.of(request)
                .orElseThrow(() -> new OAuth2AuthenticationException(
                        BearerTokenErrors.invalidToken("Not a FHIR base of this server")));
        return authentication -> new SmartAuthentication(reader.read(decode(authentication), tenant));
    }

    /** Checks the access token of a request whose address names no tenant; the token's own counts. */
    Authentication authenticateForAnyTenant(Authentication authentication) {
        Jwt token = decode(authentication);
        TenantId tenant = reader.tenant(token)
                .filter(it -> tenants.find(it).isPresent())
                .orElseThrow(() -> new OAuth2AuthenticationException(
                        BearerTokenErrors.invalidToken("The token is for no tenant of this server")));
        return new SmartAuthentication(reader.read(token, tenant));
    }

    private Jwt decode(Authentication authentication) {
        try {
            return decoder.decode(((BearerTokenAuthenticationToken) authentication).getToken());
        } catch (BadJwtException e) {
            throw new OAuth2AuthenticationException(BearerTokenErrors.invalidToken("The access token is not valid"), e);
        } catch (JwtException | JwtDecoderInitializationException e) {
            throw new AuthenticationServiceException("The issuer of the tokens cannot be asked for its keys", e);
        } catch (DataAccessException e) {
            throw new AuthenticationServiceException("The database cannot be asked whether the token is revoked", e);
        }
    }
}
