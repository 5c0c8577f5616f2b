package health.salus.smart;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;

import java.security.Key;
import java.util.List;
import java.util.Set;

/**
 * Checks the assertions of backend services against the keys that are registered for them.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch 2.2,
 *     asymmetric client authentication</a>
 */
@Component
@ConditionalOnEmbeddedIssuer
class ClientAssertions implements JwtDecoderFactory<RegisteredClient> {

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS384, JWSAlgorithm.ES384);

    private final Clients clients;
    private final ClientKeys keys;
    private final AssertionRules rules;

    ClientAssertions(Clients clients, ClientKeys keys, AssertionRules rules) {
        this.clients = clients;
        this.keys = keys;
        this.rules = rules;
    }

    // Not kept between requests, so that a changed key counts at once.
    @Override
    public JwtDecoder createDecoder(RegisteredClient registeredClient) {
        SmartClient client = clients.find(registeredClient.getClientId())
                .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT));
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new NamedKeySelector(client.proof(), keys.of(client)));
        // What the claims must say is for the rules below alone.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(rules.of(registeredClient.getClientId()));
        return decoder;
    }

    /** Takes the registered key that the header names, and never one that the header brings along. */
    private static final class NamedKeySelector extends JWSVerificationKeySelector<SecurityContext> {

        private final ClientProof proof;

        NamedKeySelector(ClientProof proof, JWKSource<SecurityContext> keys) {
            super(ALGORITHMS, keys);
            this.proof = proof;
        }

        @Override
        public List<Key> selectJWSKeys(JWSHeader header, SecurityContext context) throws KeySourceException {
            boolean bringsKeys = header.getJWK() != null || !(header.getJWKURL() == null || isRegistered(header));
            return header.getKeyID() == null || bringsKeys ? List.of() : super.selectJWSKeys(header, context);
        }

        // A client may repeat where its keys are, but only the address that it was registered with.
        private boolean isRegistered(JWSHeader header) {
            return proof instanceof ClientProof.KeyAddress registered
                    && registered.address().equals(header.getJWKURL());
        }
    }
}
