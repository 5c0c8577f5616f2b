package health.salus.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Another issuer on the network, which words its tokens as Keycloak does. It is down until it is told to be up. */
public final class FakeIssuer implements AutoCloseable {

    private final HttpServer http;
    private final RSAKey key;
    private volatile boolean up;

    public FakeIssuer() {
        try {
            key = new RSAKeyGenerator(2048).keyID("a-key").generate();
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        answer("/realms/salus/.well-known/openid-configuration", """
                {"issuer":"%1$s","jwks_uri":"%1$s/certs","authorization_endpoint":"%1$s/auth",
                 "token_endpoint":"%1$s/token","code_challenge_methods_supported":["plain","S256"]}
                """.formatted(id()));
        answer("/realms/salus/certs", new JWKSet(key.toPublicJWK()).toString());
        http.start();
    }

    public String id() {
        return "http://localhost:" + http.getAddress().getPort() + "/realms/salus";
    }

    public void comeUp() {
        up = true;
    }

    public JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(id());
    }

    public String sign(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .type(JOSEObjectType.JWT)
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void answer(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        http.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(up ? 200 : 503, up ? bytes.length : -1);
            if (up) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        });
    }
}
