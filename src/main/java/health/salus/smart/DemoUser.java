package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Somebody to try the server as.
 *
 * @param username what to type
 * @param password in clear: demo users exist only where the data is nobody's
 * @param role     code of the {@link Role}
 */
public record DemoUser(
        @JsonProperty("username") String username,
        @JsonProperty("password") String password,
        @JsonProperty("role") String role) {}
