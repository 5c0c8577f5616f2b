package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.web.client.RestClientException;

import java.util.function.Function;

/**
 * Checks tokens with the keys of another issuer. It asks the issuer at the first token and not at the start, so that
 * either may start first, and follows it when it moves its keys.
 */
final class ForeignTokens implements JwtDecoder {

    private final ExternalIssuer issuer;
    private final Function<String, JwtDecoder> decoders;
    private volatile @Nullable Known known;

    /** Takes what makes a decoder for the keys at an address. */
    ForeignTokens(ExternalIssuer issuer, Function<String, JwtDecoder> decoders) {
        this.issuer = issuer;
        this.decoders = decoders;
    }

    @Override
    public Jwt decode(String token) {
        return decoder().decode(token);
    }

    private JwtDecoder decoder() {
        try {
            String keys = issuer.metadata().keys();
            Known last = known;
            if (last == null || !last.keys().equals(keys)) {
                last = new Known(keys, decoders.apply(keys));
                known = last;
            }
            return last.decoder();
        } catch (RestClientException | IllegalStateException e) {
            throw new JwtDecoderInitializationException("The issuer does not say where its keys are", e);
        }
    }

    private record Known(String keys, JwtDecoder decoder) {}
}
