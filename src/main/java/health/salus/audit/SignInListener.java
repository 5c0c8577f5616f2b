package health.salus.audit;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import health.salus.smart.ProviderLoginRefused;
import health.salus.smart.ProviderLogoutReceived;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.event.AbstractAuthenticationFailureEvent;
import org.springframework.security.authentication.event.AuthenticationFailureLockedEvent;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;

import java.text.ParseException;
import java.util.Objects;
import java.util.Optional;

/** Learns from Spring Security who signed in or tried to, and to whom a token was issued. */
class SignInListener {

    /** The event of somebody who was signed out by the provider at which people sign in. */
    static final String LOGOUT = "logout";

    private final ObjectProvider<UserDetailsService> users;
    private final AuditSecret secret;

    SignInListener(ObjectProvider<UserDetailsService> users, AuditSecret secret) {
        this.users = users;
        this.secret = secret;
    }

    @EventListener
    void onSuccess(AuthenticationSuccessEvent event) {
        RequestAudit.current().ifPresent(audit -> {
            if (event.getAuthentication() instanceof UsernamePasswordAuthenticationToken person) {
                audit.happened(AuditKind.LOGIN, "login");
                audit.caller(person.getName(), null, null);
            } else if (event.getAuthentication() instanceof OAuth2AccessTokenAuthenticationToken issued) {
                audit.happened(AuditKind.TOKEN, "token");
                describe(audit, issued);
            } else if (event.getAuthentication() instanceof OAuth2ClientAuthenticationToken client) {
                audit.happened(AuditKind.TOKEN, "token");
                audit.caller(null, null, Objects.toString(client.getPrincipal(), null));
            }
        });
    }

    // The filter that names the caller stands behind the one that refuses.
    @EventListener
    void onRefusal(AuthorizationDeniedEvent<?> event) {
        Authentication known = event.getAuthentication().get();
        if (known != null && known.getPrincipal() instanceof SmartPrincipal caller) {
            RequestAudit.current().ifPresent(audit -> audit.caller(caller));
        }
    }

    @EventListener
    void onFailure(AbstractAuthenticationFailureEvent event) {
        if (event.getAuthentication() instanceof UsernamePasswordAuthenticationToken person) {
            boolean locked = event instanceof AuthenticationFailureLockedEvent;
            RequestAudit.current().ifPresent(audit -> {
                audit.happened(AuditKind.LOGIN, "login");
                audit.caller(name(person.getName()), null, null);
                audit.ended(AuditOutcome.REFUSED, locked ? "locked" : "bad-credentials");
            });
        }
    }

    // Whoever succeeds there is signed in like the others, and raises the same event.
    @EventListener
    void onRefusal(ProviderLoginRefused refusal) {
        RequestAudit.current().ifPresent(audit -> {
            audit.happened(AuditKind.LOGIN, "login");
            audit.caller(refusal.who(), null, null);
            audit.ended(AuditOutcome.REFUSED, refusal.reason());
        });
    }

    @EventListener
    void onLogout(ProviderLogoutReceived logout) {
        RequestAudit.current().ifPresent(audit -> {
            audit.happened(AuditKind.LOGIN, LOGOUT);
            audit.caller(logout.who(), null, null);
            if (logout.refusal() != null) {
                audit.ended(AuditOutcome.REFUSED, logout.refusal());
            }
        });
    }

    // People type their password where their name belongs.
    private String name(String typed) {
        try {
            return users.stream()
                    .findFirst()
                    .map(it -> it.loadUserByUsername(typed).getUsername())
                    .orElseGet(() -> hidden(typed));
        } catch (UsernameNotFoundException unknown) {
            return hidden(typed);
        }
    }

    private String hidden(String typed) {
        return "?" + secret.digest(typed);
    }

    private static void describe(RequestAudit audit, OAuth2AccessTokenAuthenticationToken issued) {
        try {
            JWTClaimsSet claims =
                    SignedJWT.parse(issued.getAccessToken().getTokenValue()).getJWTClaimsSet();
            audit.caller(
                    claims.getSubject(),
                    claims.getStringClaim("salus_role"),
                    issued.getRegisteredClient().getClientId());
            Optional.ofNullable(claims.getStringClaim("salus_tenant"))
                    .filter(TenantId::isValid)
                    .ifPresent(tenant -> audit.tenant(new TenantId(tenant)));
        } catch (ParseException e) {
            audit.caller(null, null, issued.getRegisteredClient().getClientId());
        }
    }
}
