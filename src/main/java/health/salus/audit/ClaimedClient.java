package health.salus.audit;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The client that a request to the token endpoint names, in the form or in the header, proven or not. */
final class ClaimedClient {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final String ENDPOINT = "/oauth2/token";
    private static final String BASIC = "Basic ";

    private ClaimedClient() {}

    static Optional<String> of(HttpServletRequest request) {
        if (!request.getMethod().equals("POST") || !request.getRequestURI().equals(ENDPOINT)) {
            return Optional.empty();
        }
        return Optional.ofNullable(request.getParameter("client_id"))
                .or(() -> ofHeader(request.getHeader("Authorization")))
                .filter(id -> ID.matcher(id).matches());
    }

    private static Optional<String> ofHeader(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(BASIC.length()));
            String credentials = new String(decoded, StandardCharsets.US_ASCII);
            int colon = credentials.indexOf(':');
            // Without a colon it may be anything, even a secret.
            return colon < 0 ? Optional.empty() : Optional.of(credentials.substring(0, colon));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
