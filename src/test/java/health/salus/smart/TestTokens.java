package health.salus.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import health.salus.testing.TestServer;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Instant;
import java.util.Date;

/** Signs any claims with the key of a running server, so that a test can come as whoever it likes. */
public final class TestTokens implements TokenSource {

    // One that nobody revokes, for all tokens of all tests.
    private static final String GRANT = "a-grant";

    private final RSAKey key;
    private final String issuer;

    public TestTokens(TestServer server) {
        this.key = SigningKey.in(server.dataDirectory().resolve("keys"));
        this.issuer = server.property("salus.public-url");
        server.bean(JdbcClient.class).sql("""
                        INSERT INTO oauth2_authorization
                            (id, registered_client_id, principal_name, authorization_grant_type)
                        VALUES (:grant, 'demo-app', 'somebody', 'authorization_code') ON CONFLICT DO NOTHING
                        """).param("grant", GRANT).update();
    }

    @Override
    public String of(Role role, String patient, String scope) {
        return sign(claims(role, patient, scope).build());
    }

    /** A token for another tenant than the default one. */
    public String ofTenant(String tenant, Role role, String scope) {
        return sign(claims(role, null, scope)
                .audience(issuer + "/fhir/" + tenant)
                .claim("salus_tenant", tenant)
                .build());
    }

    /** A token of somebody whom the server knows by this name. */
    String ofUser(String username, Role role, String scope) {
        return sign(claims(role, null, scope).subject(username).build());
    }

    JWTClaimsSet.Builder claims(Role role, String patient, String scope) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(issuer + "/fhir")
                .subject("somebody")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .claim("client_id", "an-app")
                .claim("salus_grant", GRANT)
                .claim("salus_role", role.code())
                .claim("salus_tenant", "default")
                .claim("patient", patient)
                .claim("scope", scope);
    }

    String sign(JWTClaimsSet claims) {
        return sign(claims, key, "at+jwt");
    }

    String sign(JWTClaimsSet claims, RSAKey key, String type) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(this.key.getKeyID())
                            .type(new JOSEObjectType(type))
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    RSAKey key() {
        return key;
    }
}
