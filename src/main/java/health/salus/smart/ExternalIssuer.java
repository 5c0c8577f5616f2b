package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * An OpenID provider that this server trusts: the one that issues the tokens when this one does not, or the one at which
 * people sign in.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect Discovery 1.0</a>
 */
class ExternalIssuer {

    private static final Logger log = LoggerFactory.getLogger(ExternalIssuer.class);
    private static final long FRESH = Duration.ofMinutes(5).toNanos();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String id;
    private final RestTemplate http;
    private volatile @Nullable Known known;

    ExternalIssuer(URI id) {
        this.id = id.toString();
        SimpleClientHttpRequestFactory connections = new SimpleClientHttpRequestFactory();
        connections.setConnectTimeout(TIMEOUT);
        connections.setReadTimeout(TIMEOUT);
        this.http = new RestTemplate(connections);
    }

    /** Returns the issuer as its tokens name it. */
    String id() {
        return id;
    }

    /** Returns the connections to the issuer, which give up soon instead of holding a request for ever. */
    RestTemplate http() {
        return http;
    }

    /**
     * Returns where the endpoints of the issuer are. It asks again every five minutes; while the issuer does not answer,
     * what it said before still counts.
     *
     * @throws RestClientException   if the issuer does not answer
     * @throws IllegalStateException if it says that it is another one
     */
    Metadata metadata() {
        Known last = known;
        if (last != null && System.nanoTime() - last.since() < FRESH) {
            return last.metadata();
        }
        try {
            Known now = new Known(ask(), System.nanoTime());
            known = now;
            return now.metadata();
        } catch (RestClientException | IllegalStateException e) {
            if (last == null) {
                throw e;
            }
            log.warn("The issuer does not say where its endpoints are; what it said before still counts");
            known = new Known(last.metadata(), System.nanoTime());
            return last.metadata();
        }
    }

    private Metadata ask() {
        String base = id.endsWith("/") ? id.substring(0, id.length() - 1) : id;
        Metadata found = http.getForObject(base + "/.well-known/openid-configuration", Metadata.class);
        if (found == null || !id.equals(found.issuer())) {
            throw new IllegalStateException("The issuer at " + id + " does not call itself so");
        }
        return found;
    }

    private record Known(Metadata metadata, long since) {}

    /** What this server needs of the discovery document of an issuer. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Metadata(
            @JsonProperty("issuer") String issuer,
            @JsonProperty("jwks_uri") String keys,
            @JsonProperty("authorization_endpoint") String authorize,
            @JsonProperty("token_endpoint") String token,

            @JsonProperty("introspection_endpoint") @Nullable
            String introspect,

            @JsonProperty("revocation_endpoint") @Nullable String revoke,

            @JsonProperty("end_session_endpoint") @Nullable String logout,

            @JsonProperty("grant_types_supported") @Nullable List<String> grants,

            @JsonProperty("scopes_supported") @Nullable List<String> scopes,

            @JsonProperty("token_endpoint_auth_methods_supported") @Nullable
            List<String> proofs) {}
}
