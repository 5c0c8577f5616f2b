package health.salus.keycloak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import health.salus.smart.Role;
import health.salus.tenant.TenantId;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;

/**
 * A program that gets its tokens with a signature of its own.
 *
 * @param id     the client id
 * @param tenant whose data it works on
 * @param keys   its public keys: the address of a JWK set, or the set itself
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html">SMART Backend Services</a>
 */
record BackendService(String id, TenantId tenant, String keys) implements RealmClient {

    private static final String FIVE_MINUTES = "300";

    /**
     * Reads {@code ID=JWKS-URL}, {@code ID=@JWKS-FILE}, or either with {@code ID@TENANT}.
     *
     * @throws IllegalArgumentException if the address has no TLS, or the file holds no public keys or any private one
     */
    static BackendService parse(String text) {
        String[] parts = text.split("=", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("Not ID=JWKS-URL or ID=@JWKS-FILE: " + text);
        }
        String[] name = parts[0].split("@", 2);
        TenantId tenant = name.length < 2 ? TenantId.DEFAULT : new TenantId(name[1]);
        String keys = parts[1].startsWith("@") ? read(Path.of(parts[1].substring(1))) : address(parts[1]);
        return new BackendService(name[0], tenant, keys);
    }

    @Override
    public ObjectNode json(SmartClientScopes scopes) {
        ObjectNode client = RealmClient.closed(id, scopes.ofPrograms())
                .put("serviceAccountsEnabled", true)
                .put("clientAuthenticatorType", "client-jwt");
        boolean isAddress = keys.startsWith("https:");
        ((ObjectNode) client.get("attributes"))
                .put(isAddress ? "use.jwks.url" : "use.jwks.string", "true")
                .put(isAddress ? "jwks.url" : "jwks.string", keys)
                .put("access.token.lifespan", FIVE_MINUTES);
        ArrayNode claims = client.putArray("protocolMappers");
        claims.add(claim("salus_role", Role.SYSTEM.code()));
        claims.add(claim("salus_tenant", tenant.value()));
        return client;
    }

    private static ObjectNode claim(String name, String value) {
        ObjectNode mapper = JsonNodeFactory.instance.objectNode();
        mapper.put("name", name).put("protocol", "openid-connect").put("protocolMapper", "oidc-hardcoded-claim-mapper");
        mapper.putObject("config")
                .put("claim.name", name)
                .put("claim.value", value)
                .put("jsonType.label", "String")
                .put("access.token.claim", "true")
                .put("id.token.claim", "false")
                .put("userinfo.token.claim", "false")
                .put("introspection.token.claim", "true");
        return mapper;
    }

    private static String address(String text) {
        if (!"https".equals(URI.create(text).getScheme())) {
            throw new IllegalArgumentException("The address of a backend service's keys starts with https://: " + text);
        }
        return text;
    }

    // Keycloak passes over a key that does not say what it is for, and takes one without an algorithm for that of a
    // shorter hash.
    private static JWK signing(JWK key) {
        if (key instanceof RSAKey rsa) {
            return new RSAKey.Builder(rsa)
                    .keyOperations(null)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(rsa.getAlgorithm() == null ? JWSAlgorithm.RS384 : rsa.getAlgorithm())
                    .build();
        }
        if (key instanceof ECKey curve) {
            return new ECKey.Builder(curve)
                    .keyOperations(null)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(curve.getAlgorithm() == null ? JWSAlgorithm.ES384 : curve.getAlgorithm())
                    .build();
        }
        throw new IllegalArgumentException(
                "A backend service signs with RS384 or ES384, so its keys are RSA or EC keys");
    }

    private static String read(Path file) {
        try {
            JWKSet keys = JWKSet.parse(Files.readString(file));
            if (keys.isEmpty() || keys.getKeys().stream().anyMatch(JWK::isPrivate)) {
                throw new IllegalArgumentException("The file must hold public keys and no private one: " + file);
            }
            return new JWKSet(
                            keys.getKeys().stream().map(BackendService::signing).toList())
                    .toString();
        } catch (IOException | ParseException e) {
            throw new IllegalArgumentException("No JWK set can be read from " + file, e);
        }
    }
}
