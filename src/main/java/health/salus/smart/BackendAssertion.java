package health.salus.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/**
 * The signed statement with which a program proves to a token endpoint that it is a certain client.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch 2.2,
 *     asymmetric client authentication</a>
 */
public final class BackendAssertion {

    /** The value of the {@code client_assertion_type} parameter that goes with an assertion. */
    public static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static final Duration LIFETIME = Duration.ofMinutes(4);

    private final String clientId;
    private final JWK key;

    private BackendAssertion(String clientId, JWK key) {
        this.clientId = clientId;
        this.key = key;
    }

    /**
     * Prepares assertions of a client.
     *
     * @param clientId the client as it is registered
     * @param keyFile  its private key: one JSON Web Key, RSA or EC P-384, with a {@code kid}
     * @throws IOException              if the file cannot be read
     * @throws IllegalArgumentException if it holds no such key
     */
    public static BackendAssertion of(String clientId, Path keyFile) throws IOException {
        try {
            return of(clientId, JWK.parse(Files.readString(keyFile)));
        } catch (ParseException e) {
            throw new IllegalArgumentException("Not a JSON Web Key: " + keyFile, e);
        }
    }

    static BackendAssertion of(String clientId, JWK key) {
        if (!key.isPrivate() || key.getKeyID() == null) {
            throw new IllegalArgumentException("The key must be private and have a kid");
        }
        return new BackendAssertion(clientId, key);
    }

    /**
     * Signs a new assertion, good once and for four minutes: RS384 with an RSA key, ES384 with an EC key.
     *
     * @param tokenUrl the token endpoint, exactly as the discovery document gives it
     * @return a JWT in compact form, the value of the {@code client_assertion} parameter
     */
    public String sign(URI tokenUrl) {
        return sign(new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(tokenUrl.toString())
                .expirationTime(Date.from(Instant.now().plus(LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    }

    String sign(JWTClaimsSet claims) {
        try {
            SignedJWT assertion = new SignedJWT(
                    new JWSHeader.Builder(algorithm())
                            .type(JOSEObjectType.JWT)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            assertion.sign(signer());
            return assertion.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWSAlgorithm algorithm() {
        return key instanceof ECKey ? JWSAlgorithm.ES384 : JWSAlgorithm.RS384;
    }

    private JWSSigner signer() throws JOSEException {
        if (key instanceof ECKey curve && Curve.P_384.equals(curve.getCurve())) {
            return new ECDSASigner(curve);
        }
        return new RSASSASigner(key.toRSAKey());
    }
}
