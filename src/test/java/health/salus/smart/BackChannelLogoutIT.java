package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import health.salus.audit.RecordedRequests;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Whom the login provider signs out is signed out here, and nobody else can say so. */
class BackChannelLogoutIT {

    private static final FakeProvider PROVIDER = ProviderServer.PROVIDER;
    private static final TestServer SALUS = ProviderServer.SALUS;
    private static final String PATH = "/logout/connect/back-channel/provider";
    private static final String ONLINE = "openid user/Patient.rs online_access";
    private static final String OFFLINE = "openid user/Patient.rs offline_access";

    private final String subject = UUID.randomUUID().toString();
    private final String session = UUID.randomUUID().toString();
    private final String name = "l-" + subject.substring(0, 8);
    private final SmartApp app = ProviderServer.app();

    @BeforeAll
    static void start() {
        PROVIDER.comeUp();
    }

    @BeforeEach
    void linkAnAccount() {
        account(name, subject);
        PROVIDER.signedIn(subject, Map.of("sid", session));
    }

    @Test
    void aLogoutEndsTheSessionAndWhatAppsHaveGotAtOnce() {
        JsonNode tokens = launch(app, ONLINE);
        assertThat(reads(tokens)).isTrue();

        HttpResponse<String> answer = send(PROVIDER.logoutToken(subject, claims -> {}));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        assertThat(reads(tokens)).isFalse();
        assertThat(app.refresh(tokens.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
        assertThat(ProviderServer.isSignedIn(app.browser)).isFalse();
        // They may come again.
        assertThat(reads(launch(app, ONLINE))).isTrue();
    }

    @Test
    void whatWorksWithoutThePersonGoesOnUnlessTheProviderEndsItToo() {
        JsonNode tokens = launch(app, OFFLINE);

        send(PROVIDER.logoutToken(subject, claims -> {}));
        assertThat(reads(tokens)).isTrue();
        assertThat(ProviderServer.isSignedIn(app.browser)).isFalse();

        send(PROVIDER.logoutToken(
                subject,
                claims ->
                        claims.claim("events", Map.of(FakeProvider.LOGOUT, Map.of(), "revoke_offline_access", true))));
        assertThat(reads(tokens)).isFalse();
        assertThat(app.refresh(tokens.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void theNameOfTheSessionIsEnough() {
        JsonNode tokens = launch(app, ONLINE);

        send(PROVIDER.logoutToken(null, claims -> claims.claim("sid", "another")));
        assertThat(reads(tokens)).isTrue();

        send(PROVIDER.logoutToken(null, claims -> claims.claim("sid", session)));
        assertThat(reads(tokens)).isFalse();
    }

    @Test
    void nobodyElseIsSignedOut() {
        JsonNode tokens = launch(app, ONLINE);
        String other = UUID.randomUUID().toString();
        account("o-" + other.substring(0, 8), other);

        assertThat(send(PROVIDER.logoutToken(other, claims -> claims.claim("sid", session)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(PROVIDER.logoutToken(name, claims -> {})).statusCode()).isEqualTo(200);

        assertThat(reads(tokens)).isTrue();
        assertThat(ProviderServer.isSignedIn(app.browser)).isTrue();
    }

    /** What is wrong with a logout token. */
    private enum Flaw {
        ISSUER(claims -> claims.issuer("http://localhost:1")),
        NO_ISSUER(claims -> claims.issuer(null)),
        AUDIENCE(claims -> claims.audience("another-client")),
        NO_AUDIENCE(claims -> claims.audience((String) null)),
        EXPIRED(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120)))),
        NO_EXPIRY(claims -> claims.expirationTime(null)),
        GOOD_FOR_TOO_LONG(
                claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(86_400)))),
        FROM_THE_FUTURE(claims -> claims.issueTime(Date.from(Instant.now().plusSeconds(600)))),
        NO_TIME(claims -> claims.issueTime(null)),
        NOT_YET(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(600)))),
        NO_ID(claims -> claims.jwtID(null)),
        BLANK_ID(claims -> claims.jwtID(" ")),
        NONCE(claims -> claims.claim("nonce", "n")),
        NO_EVENTS(claims -> claims.claim("events", null)),
        EVENTS_AS_A_LIST(claims -> claims.claim("events", List.of(FakeProvider.LOGOUT))),
        ANOTHER_EVENT(claims -> claims.claim("events", Map.of("http://schemas.openid.net/event/other", Map.of()))),
        EVENT_AS_A_TEXT(claims -> claims.claim("events", Map.of(FakeProvider.LOGOUT, "{}"))),
        NOBODY(claims -> claims.subject(null)),
        BLANK_SUBJECT(claims -> claims.subject(" ")),
        SESSION_AS_A_LIST(claims -> claims.subject(null).claim("sid", List.of("a", "b")));

        private final Consumer<JWTClaimsSet.Builder> twist;

        Flaw(Consumer<JWTClaimsSet.Builder> twist) {
            this.twist = twist;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLogoutTokenWithAFlawSignsNobodyOut(Flaw flaw) {
        ProviderServer.signIn(app.browser);

        refused(send(PROVIDER.logoutToken(subject, flaw.twist)));
    }

    @Test
    void aLogoutTokenThatTheProviderHasNotSignedSignsNobodyOut() throws JOSEException {
        ProviderServer.signIn(app.browser);
        JWTClaimsSet good = claims(PROVIDER.logoutToken(subject, claims -> {}));
        RSAKey stranger = FakeProvider.newKey();
        SignedJWT withSecret = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), good);
        withSecret.sign(new MACSigner(PROVIDER.key().toPublicJWK().toJSONString()));

        refused(send(PROVIDER.signed(good, "logout+jwt", stranger)));
        refused(send(new PlainJWT(good).serialize()));
        refused(send(withSecret.serialize()));
        refused(send(PROVIDER.signed(good, "at+jwt", PROVIDER.key())));
        refused(send("not.a.token"));
        refused(send(""));
        // Nothing is wrong with what it says.
        assertThat(send(PROVIDER.signed(good, "logout+jwt", PROVIDER.key())).statusCode())
                .isEqualTo(200);
        assertThat(ProviderServer.isSignedIn(app.browser)).isFalse();
    }

    @Test
    void tokensThatWereMadeForSomethingElseSignNobodyOut() {
        JsonNode tokens = launch(app, ONLINE);

        refused(send(tokens.path("id_token").asText()));
        refused(send(tokens.path("access_token").asText()));
        assertThat(reads(tokens)).isTrue();
    }

    @Test
    void aLogoutTokenIsGoodOnce() {
        String token = PROVIDER.logoutToken(subject, claims -> {});
        assertThat(send(token).statusCode()).isEqualTo(200);
        ProviderServer.signIn(app.browser);

        refused(send(token));
    }

    @Test
    void ofManyAtTheSameMomentOneIsObeyed() {
        String token = PROVIDER.logoutToken(subject, claims -> {});

        assertThat(IntStream.range(0, 8)
                        .parallel()
                        .map(number -> send(token).statusCode())
                        .filter(status -> status == 200)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aLogoutTokenComesAloneAndInTheBody() {
        ProviderServer.signIn(app.browser);
        String token = PROVIDER.logoutToken(subject, claims -> {});
        String form = "logout_token=" + token;

        refused(post(PATH + "?" + form, "", "application/x-www-form-urlencoded"));
        refused(post(PATH, form + "&" + form, "application/x-www-form-urlencoded"));
        refused(post(PATH, "token=" + token, "application/x-www-form-urlencoded"));
        assertThat(post(PATH, "{\"logout_token\":\"" + token + "\"}", "application/json")
                        .statusCode())
                .isEqualTo(415);
        assertThat(new Browser(ProviderServer.port()).get(PATH + "?" + form).statusCode())
                .isEqualTo(403);
        assertThat(post("/logout/connect/back-channel/other", form, "application/x-www-form-urlencoded")
                        .statusCode())
                .isEqualTo(403);
        assertThat(ProviderServer.isSignedIn(app.browser)).isTrue();
    }

    @Test
    void namingKeysThatDoNotExistDoesNotTurnThisServerAgainstTheProvider() {
        send(PROVIDER.logoutToken(subject, claims -> {}));
        int before = PROVIDER.keysFetched();
        RSAKey unknown = new RSAKey.Builder(FakeProvider.newKey())
                .keyID(UUID.randomUUID().toString())
                .build();
        JWTClaimsSet claims = claims(PROVIDER.logoutToken(subject, it -> {}));

        for (int i = 0; i < 20; i++) {
            assertThat(send(PROVIDER.signed(claims, "logout+jwt", unknown)).statusCode())
                    .isEqualTo(400);
        }

        assertThat(PROVIDER.keysFetched() - before).isLessThan(10);
    }

    @Test
    void theTrailNamesWhoWasSignedOutAndWhyAnAttemptWasRefused() {
        String token = PROVIDER.logoutToken(subject, claims -> {});
        RecordedRequests trail = new RecordedRequests(SALUS);

        String obeyed = UUID.randomUUID().toString();
        post(PATH, "logout_token=" + token, "application/x-www-form-urlencoded", "X-Request-ID", obeyed);
        String replayed = UUID.randomUUID().toString();
        post(PATH, "logout_token=" + token, "application/x-www-form-urlencoded", "X-Request-ID", replayed);

        assertThat(trail.of(obeyed))
                .contains("\"event\":\"logout\"", name, "SUCCESS")
                .doesNotContain(token);
        assertThat(trail.of(replayed)).contains("used-logout-token", "REFUSED");
    }

    private void refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(SmartApp.json(answer).path("error").asText()).isEqualTo("invalid_request");
        assertThat(answer.body()).doesNotContain(name).doesNotContain(subject);
        assertThat(ProviderServer.isSignedIn(app.browser)).isTrue();
    }

    private static HttpResponse<String> send(String token) {
        return post(PATH, "logout_token=" + token, "application/x-www-form-urlencoded");
    }

    private static HttpResponse<String> post(String path, String body, String type, String... headers) {
        Browser sender = new Browser(ProviderServer.port());
        HttpRequest.Builder request = HttpRequest.newBuilder(SALUS.url(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body));
        return sender.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static JsonNode launch(SmartApp app, String scope) {
        HttpResponse<String> end = ProviderServer.launch(app, scope);
        return SmartApp.json(app.exchange(SmartApp.code(end), app.verifier));
    }

    private static boolean reads(JsonNode tokens) {
        int status = FhirClient.withToken(
                        SALUS.fhirBase(), tokens.path("access_token").asText())
                .get("/Patient")
                .status();
        assertThat(status).isIn(200, 401);
        return status == 200;
    }

    private static void account(String name, String subject) {
        SALUS.bean(ProviderLinks.class)
                .create(
                        new SmartUser(name, Role.PRACTITIONER, TenantId.DEFAULT, "Practitioner/doc-1", null),
                        subject,
                        false);
    }

    private static JWTClaimsSet claims(String token) {
        try {
            return SignedJWT.parse(token).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
