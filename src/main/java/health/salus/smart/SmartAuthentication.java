package health.salus.smart;

import org.springframework.security.authentication.AbstractAuthenticationToken;

import java.util.List;

/** What Spring Security keeps of a request with a good access token. */
final class SmartAuthentication extends AbstractAuthenticationToken {

    private final transient SmartPrincipal caller;

    SmartAuthentication(SmartPrincipal caller) {
        super(List.of());
        this.caller = caller;
        setAuthenticated(true);
    }

    @Override
    public SmartPrincipal getPrincipal() {
        return caller;
    }

    @Override
    public String getCredentials() {
        return "";
    }

    @Override
    public String getName() {
        return caller.subject();
    }
}
