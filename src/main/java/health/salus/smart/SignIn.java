package health.salus.smart;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;

import java.io.IOException;
import java.time.Instant;

/** Notes in the session when somebody signed in, so that a new password can end it. */
class SignIn extends SavedRequestAwareAuthenticationSuccessHandler {

    /** The attribute of the session: an {@link Instant}. */
    static final String SINCE = SignIn.class.getName() + ".since";

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication authentication)
            throws ServletException, IOException {
        request.getSession().setAttribute(SINCE, Instant.now());
        super.onAuthenticationSuccess(request, response, authentication);
    }
}
