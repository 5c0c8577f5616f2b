package health.salus.smart;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;

import java.io.IOException;

/**
 * Puts the account in the place of the person from the provider. From here on it is as if a password had been typed: the
 * same session, the same questions, the same tokens, and nothing of the provider is kept but what a logout there needs.
 */
final class ProviderSignIn extends SignIn {

    private final SecurityContextRepository sessions = new HttpSessionSecurityContextRepository();
    private final ProviderSessions begun;
    private final ApplicationEventPublisher events;

    ProviderSignIn(ProviderSessions begun, ApplicationEventPublisher events) {
        this.begun = begun;
        this.events = events;
    }

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication authentication)
            throws ServletException, IOException {
        ProviderPerson person = (ProviderPerson) authentication.getPrincipal();
        UserDetails account = person.account();
        UsernamePasswordAuthenticationToken signedIn =
                UsernamePasswordAuthenticationToken.authenticated(account, null, account.getAuthorities());
        signedIn.setDetails(authentication.getDetails());
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(signedIn);
        SecurityContextHolder.setContext(context);
        sessions.saveContext(context, request, response);
        ProviderLogout.remember(request, person);
        begun.begin(person.getIdToken(), account.getUsername());
        events.publishEvent(new AuthenticationSuccessEvent(signedIn));
        super.onAuthenticationSuccess(request, response, signedIn);
    }
}
