package health.salus.audit;

import health.salus.smart.SmartPrincipal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;

/** Learns right behind the security chain who the caller is. */
final class CallerFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof SmartPrincipal caller) {
            RequestAudit.of(request).ifPresent(audit -> audit.caller(caller));
        }
        // At the pages of the login there is no token yet, but a person.
        if (authentication instanceof UsernamePasswordAuthenticationToken && authentication.isAuthenticated()) {
            RequestAudit.of(request).ifPresent(audit -> audit.caller(authentication.getName(), null, null));
        }
        chain.doFilter(request, response);
    }
}
