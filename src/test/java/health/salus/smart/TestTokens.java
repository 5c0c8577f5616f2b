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

    private static final String SUBJECT = "somebody";

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
    public String of(Bearer bearer) {
        String base = issuer + "/fhir";
        return sign(claims(bearer.role(), bearer.patient(), bearer.scope())
                .audience(bearer.tenant().equals("default") ? base : base + "/" + bearer.tenant())
                .subject(bearer.subject() == null ? SUBJECT : bearer.subject())
                .claim("client_id", bearer.client())
                .claim("salus_tenant", bearer.tenant())
                .claim("fhirUser", bearer.fhirUser())
                .claim("salus_clearance", bearer.clearance().isEmpty() ? null : bearer.clearance())
                .build());
    }

    /** A token for another tenant than the default one. */
    public String ofTenant(String tenant, Role role, String scope) {
        return of(Bearer.of(role, null, scope).in(tenant));
    }

    /** A token of somebody whom the server knows by this name. */
    String ofUser(String username, Role role, String scope) {
        return of(Bearer.of(role, null, scope).named(username));
    }

    JWTClaimsSet.Builder claims(Role role, String patient, String scope) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(issuer + "/fhir")
                .subject(SUBJECT)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .claim("client_id", Bearer.APP)
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
