package health.salus.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An OpenID provider on the network, strict about what its one client sends. Whoever comes has signed in there already, as
 * the person that the test names; a test can also make it answer what no good provider does. It is down until it is told to
 * be up.
 */
public final class FakeProvider implements AutoCloseable {

    public static final String CLIENT = "salus";
    static final String LOGOUT = "http://schemas.openid.net/event/backchannel-logout";
    public static final String SECRET = "a secret: with signs";

    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final HttpServer http;
    private final RSAKey key = newKey();
    private final AtomicInteger keysFetched = new AtomicInteger();
    private volatile boolean up;
    private volatile Map<String, Object> person = Map.of();
    private volatile Consumer<JWTClaimsSet.Builder> twist = claims -> {};
    private volatile UnaryOperator<String> swap = token -> token;
    private volatile RSAKey signer = key;

    public FakeProvider() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/.well-known/openid-configuration", exchange -> json(exchange, 200, """
                {"issuer":"%1$s","jwks_uri":"%1$s/certs","authorization_endpoint":"%1$s/auth",
                 "token_endpoint":"%1$s/token","end_session_endpoint":"%1$s/logout"}
                """.formatted(id())));
        http.createContext("/certs", exchange -> {
            keysFetched.incrementAndGet();
            json(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
        });
        http.createContext("/auth", this::authorize);
        http.createContext("/token", this::token);
        http.start();
    }

    public String id() {
        return "http://localhost:" + http.getAddress().getPort();
    }

    /** The settings of a server at which people sign in here; unknown practitioners and patients get accounts there. */
    public Map<String, String> salusSettings() {
        return Map.of(
                "salus.auth.login.issuer",
                id(),
                "salus.auth.login.client-id",
                CLIENT,
                "salus.auth.login.client-secret",
                SECRET,
                "salus.auth.login.name",
                "General <Hospital>",
                "salus.auth.login.accounts-for",
                "practitioner,patient",
                "salus.tenant.ids",
                "north,closed");
    }

    public void comeUp() {
        up = true;
    }

    void goDown() {
        up = false;
    }

    /** Makes the next logins those of this person, with good ID tokens. */
    public void signedIn(String subject, Map<String, Object> claims) {
        Map<String, Object> all = new ConcurrentHashMap<>(claims);
        all.put("sub", subject);
        person = all;
        twist = changed -> {};
        swap = token -> token;
        signer = key;
    }

    /** Changes what the next ID tokens say. */
    void twist(Consumer<JWTClaimsSet.Builder> change) {
        twist = change;
    }

    /** Gives out other texts in the place of the next ID tokens. */
    void swap(UnaryOperator<String> change) {
        swap = change;
    }

    /** Signs the next ID tokens with a key of the same name that is not the provider's. */
    void signWithAnotherKey() {
        signer = newKey();
    }

    /** A good logout token for a person, but for this change. */
    String logoutToken(String subject, Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(id())
                .audience(CLIENT)
                .subject(subject)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(20)))
                .jwtID(UUID.randomUUID().toString())
                .claim("events", Map.of(LOGOUT, Map.of()));
        change.accept(claims);
        return signed(claims.build(), "logout+jwt", key);
    }

    /** Signs anything with a key of the provider's, or another one under the name of it. */
    String signed(JWTClaimsSet claims, String type, RSAKey with) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .type(new JOSEObjectType(type))
                            .keyID(with.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(with));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    RSAKey key() {
        return key;
    }

    /** Tells how often somebody has fetched the keys. */
    int keysFetched() {
        return keysFetched.get();
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> request = Browser.query(exchange.getRequestURI());
        boolean good = "code".equals(request.get("response_type"))
                && CLIENT.equals(request.get("client_id"))
                && request.getOrDefault("scope", "").contains("openid")
                && "S256".equals(request.get("code_challenge_method"))
                && !request.getOrDefault("code_challenge", "").isEmpty()
                && !request.getOrDefault("state", "").isEmpty()
                && !request.getOrDefault("nonce", "").isEmpty();
        if (!good) {
            json(exchange, 400, "{\"error\":\"invalid_request\"}");
            return;
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, request);
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        request.get("redirect_uri") + "?code=" + code + "&state="
                                + URLEncoder.encode(request.get("state"), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> form = Browser.query(URI.create("http://form?" + body));
        Map<String, String> request = codes.remove(form.getOrDefault("code", ""));
        boolean good = request != null
                && proof().equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && request.get("redirect_uri").equals(form.get("redirect_uri"))
                && request.get("code_challenge").equals(SmartApp.challenge(form.getOrDefault("code_verifier", "")));
        if (!good) {
            json(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        json(
                exchange,
                200,
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "access_token",
                                "opens-nothing",
                                "token_type",
                                "Bearer",
                                "id_token",
                                swap.apply(idToken(request.get("nonce"))))));
    }

    private String idToken(String nonce) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(id())
                .audience(CLIENT)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .claim("nonce", nonce);
        person.forEach(claims::claim);
        twist.accept(claims);
        return signed(claims.build(), "JWT", signer);
    }

    // RFC 6749 has both written as in a form before they are put together.
    private static String proof() {
        String credentials = URLEncoder.encode(CLIENT, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID("a-key").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void json(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(up ? status : 503, up ? bytes.length : -1);
        if (up) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }
}
