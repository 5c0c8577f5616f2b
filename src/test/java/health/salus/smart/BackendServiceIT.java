package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** How a program without a person gets a token, and what it does not get. */
class BackendServiceIT extends SliceServer {

    @Test
    void aBackendServiceGetsAShortTokenForItsSignature() {
        JsonNode response = SmartApp.json(backend("system/Observation.rs", assertion(claims())));

        assertThat(response.path("expires_in").asInt()).isBetween(290, 300);
        assertThat(response.has("refresh_token")).isFalse();
        JsonNode token = SmartApp.claims(response.path("access_token").asText());
        assertThat(token.path("aud").asText()).isEqualTo(BASE);
        assertThat(token.path("salus_role").asText()).isEqualTo("system");
        assertThat(token.path("scope").asText()).isEqualTo("system/Observation.rs");
        assertThat(token.has("patient")).isFalse();
    }

    @Test
    void anAssertionIsGoodOnce() {
        String assertion = assertion(claims());

        assertThat(backend("system/*.rs", assertion).statusCode()).isEqualTo(200);
        assertThat(backend("system/*.rs", assertion).statusCode()).isEqualTo(401);
    }

    @Test
    void anAssertionLivesFiveMinutesAtMost() {
        assertThat(backend("system/*.rs", assertion(claims().expirationTime(in(Duration.ofMinutes(6)))))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().expirationTime(in(Duration.ofSeconds(-1)))))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().expirationTime(null)))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void anAssertionNamesThisTokenEndpointThisClientAndItself() {
        assertThat(backend("system/*.rs", assertion(claims().audience(ISSUER))).statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().audience(List.of(TOKEN_URL, "https://evil.example"))))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().subject("demo-app")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().jwtID(null))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aKeyThatIsNotRegisteredSignsNothing() throws JOSEException {
        ECKey registered = new DemoFiles(DATA.resolve("demo")).backendKey();
        ECKey other =
                new ECKeyGenerator(Curve.P_384).keyID(registered.getKeyID()).generate();

        assertThat(backend(
                                "system/*.rs",
                                BackendAssertion.of("demo-backend", other).sign(claims().build()))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user/*.rs", "patient/*.rs", "openid", "system/*.rs openid", "system/Unicorn.rs", ""})
    void aBackendServiceAsksForNothingButSystemScopes(String scope) {
        HttpResponse<String> answer = backend(scope, assertion(claims()));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(SmartApp.json(answer).path("error").asText()).isEqualTo("invalid_scope");
    }

    @Test
    void anAppDoesNotBecomeABackendServiceByItsName() {
        assertThat(app.browser
                        .post(
                                "/oauth2/token",
                                Map.of(
                                        "grant_type",
                                        "client_credentials",
                                        "client_id",
                                        "demo-app",
                                        "scope",
                                        "user/*.rs"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theTokenOfTheGreetingIsLikeAnyOther() {
        String token = accounts.accessToken();

        assertThat(SmartApp.claims(token).path("scope").asText()).isEqualTo("system/*.cruds");
        JsonNode introspected = SmartApp.json(new Browser(port)
                .post(
                        "/oauth2/introspect",
                        Map.of(
                                "token",
                                token,
                                "client_id",
                                "demo-backend",
                                "client_assertion_type",
                                BackendAssertion.TYPE,
                                "client_assertion",
                                assertion(claims()))));
        assertThat(introspected.path("active").asBoolean()).isTrue();
        assertThat(isLetIn("/fhir/Patient", token)).isTrue();
    }

    private HttpResponse<String> backend(String scope, String assertion) {
        return new Browser(port)
                .post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type",
                                "client_credentials",
                                "scope",
                                scope,
                                "client_assertion_type",
                                BackendAssertion.TYPE,
                                "client_assertion",
                                assertion));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("demo-backend")
                .subject("demo-backend")
                .audience(TOKEN_URL)
                .expirationTime(in(Duration.ofMinutes(4)))
                .jwtID(UUID.randomUUID().toString());
    }

    private static String assertion(JWTClaimsSet.Builder claims) {
        return BackendAssertion.of("demo-backend", new DemoFiles(DATA.resolve("demo")).backendKey())
                .sign(claims.build());
    }

    private static Date in(Duration time) {
        return Date.from(Instant.now().plus(time));
    }
}
