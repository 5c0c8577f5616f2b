package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which web pages may call the FHIR API, the token endpoint and signed addresses from a browser: those of registered apps.
 */
@Component
public class AllowedOrigins implements CorsConfigurationSource {

    private final SmartSettings settings;
    private final ObjectProvider<Clients> clients;

    AllowedOrigins(SmartSettings settings, ObjectProvider<Clients> clients) {
        this.settings = settings;
        this.clients = clients;
    }

    @Override
    public @Nullable CorsConfiguration getCorsConfiguration(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || request.getServletPath().equals(AuthorizationServerConfiguration.AUTHORIZE)) {
            return null;
        }
        CorsConfiguration configuration = new CorsConfiguration();
        // A configuration without origins makes Spring refuse the call.
        configuration.setAllowedOrigins(origins().contains(origin) ? List.of(origin) : List.of());
        configuration.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        configuration.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        configuration.setExposedHeaders(
                List.of("ETag", "Location", "Content-Location", "Content-Range", "Last-Modified", "X-Request-ID"));
        configuration.setMaxAge(Duration.ofMinutes(10));
        return configuration;
    }

    private Set<String> origins() {
        Stream<String> registered = clients.stream()
                .flatMap(it -> it.all().stream())
                .flatMap(client -> client.redirectUris().stream())
                .map(AllowedOrigins::origin)
                .filter(Objects::nonNull);
        return Stream.concat(settings.auth().allowedOrigins().stream(), registered)
                .collect(Collectors.toSet());
    }

    private static @Nullable String origin(String redirectUri) {
        URI uri = URI.create(redirectUri);
        return uri.getAuthority() == null ? null : uri.getScheme() + "://" + uri.getAuthority();
    }
}
