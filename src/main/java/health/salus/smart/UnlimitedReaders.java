package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds callers who may read every resource of a type, whatever is in it. */
@Component
public class UnlimitedReaders {

    // RFC 6750, 2.1
    private static final Pattern BEARER = Pattern.compile("Bearer ([A-Za-z0-9._~+/-]+=*)");
    private static final String TRAIL = "AuditEvent";

    private final BearerTokens tokens;
    private final InstitutionRules institution;

    UnlimitedReaders(BearerTokens tokens, InstitutionRules institution) {
        this.tokens = tokens;
        this.institution = institution;
    }

    /**
     * Returns who makes a request, if it bears a good access token for the tenant in its address, with which every resource of
     * this type may be read. Who is not returned may read some of them or none; that is found out, and said, elsewhere.
     */
    public Optional<SmartPrincipal> find(HttpServletRequest request, String type) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        Matcher bearer = BEARER.matcher(header == null ? "" : header);
        if (!bearer.matches() || type.equals(TRAIL)) {
            return Optional.empty();
        }
        try {
            return Optional.of(tokens.resolve(request)
                            .authenticate(new BearerTokenAuthenticationToken(bearer.group(1)))
                            .getPrincipal())
                    .map(SmartPrincipal.class::cast)
                    .filter(caller ->
                            AccessRights.of(caller, institution.of(caller)).inTenant(type, Permission.READ));
        } catch (AuthenticationException e) {
            return Optional.empty();
        }
    }
}
