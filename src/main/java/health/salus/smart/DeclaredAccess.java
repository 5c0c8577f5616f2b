package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Enforces {@link AllowedTo} on every Spring MVC handler of the server. */
@Configuration(proxyBeanMethods = false)
class DeclaredAccess implements WebMvcConfigurer, HandlerInterceptor {

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (!(handler instanceof HandlerMethod method) || isAllowed(method)) {
            return true;
        }
        ProblemResponses.write(response, HttpServletResponse.SC_FORBIDDEN, "The caller's role may not do this");
        return false;
    }

    /** Returns what a handler declares, or nothing if it declares nothing. */
    static Optional<AllowedTo> declaration(HandlerMethod method) {
        AllowedTo ofMethod = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), AllowedTo.class);
        return ofMethod != null
                ? Optional.of(ofMethod)
                : Optional.ofNullable(
                        AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), AllowedTo.class));
    }

    /** Tells whether a handler only words an error that something else has decided on. */
    static boolean isErrorPage(HandlerMethod method) {
        return ErrorController.class.isAssignableFrom(method.getBeanType());
    }

    private static boolean isAllowed(HandlerMethod method) {
        return isErrorPage(method)
                || declaration(method)
                        .filter(declared -> declared.everybody() || callerHasOneOf(declared.value()))
                        .isPresent();
    }

    private static boolean callerHasOneOf(Role[] roles) {
        return SecurityContextHolder.getContext().getAuthentication() instanceof SmartAuthentication authentication
                && Arrays.asList(roles).contains(authentication.getPrincipal().role());
    }
}
