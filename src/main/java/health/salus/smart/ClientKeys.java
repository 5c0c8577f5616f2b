package health.salus.smart;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.stereotype.Component;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The public keys of clients, given or published by them.
 *
 * <p>Published keys are asked for once and again after five minutes, or as soon as a signature names one that is not among
 * them, but never more often than every ten seconds: naming unknown keys must not turn this server against another.
 */
@Component
@ConditionalOnEmbeddedIssuer
class ClientKeys {

    private static final long KEPT = Duration.ofMinutes(5).toMillis();
    private static final long WAITED_FOR = Duration.ofSeconds(5).toMillis();
    private static final long ASKED_AT_MOST_EVERY = Duration.ofSeconds(10).toMillis();

    private final PublishedKeys http;
    private final Map<URI, JWKSource<SecurityContext>> published = new ConcurrentHashMap<>();

    ClientKeys(PublishedKeys http) {
        this.http = http;
    }

    /** Returns the keys of a client; {@code invalid_client} if it has none. */
    JWKSource<SecurityContext> of(SmartClient client) {
        ClientProof proof = client.proof();
        if (proof instanceof ClientProof.Keys keys) {
            return new ImmutableJWKSet<>(parse(keys.jwks()));
        }
        if (proof instanceof ClientProof.KeyAddress keys) {
            return published.computeIfAbsent(keys.address(), it -> at(it, http));
        }
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }

    /** Returns the keys that are published at an address, asked for as seldom as those of clients. */
    static JWKSource<SecurityContext> at(URI address, ResourceRetriever http) {
        return JWKSourceBuilder.create(url(address), http)
                .cache(KEPT, WAITED_FOR)
                .refreshAheadCache(false)
                .rateLimited(ASKED_AT_MOST_EVERY)
                .build();
    }

    private static URL url(URI address) {
        try {
            return address.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWKSet parse(String keys) {
        try {
            return JWKSet.parse(keys);
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
