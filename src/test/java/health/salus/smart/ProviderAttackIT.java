package health.salus.smart;

import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.URI;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Ways to get in by the login at a provider as somebody else, as more than one is, or to somewhere else. */
class ProviderAttackIT {

    private static final FakeProvider PROVIDER = ProviderServer.PROVIDER;
    private static final TestServer SALUS = ProviderServer.SALUS;

    private final ProviderLinks links = SALUS.bean(ProviderLinks.class);
    private final String subject = UUID.randomUUID().toString();
    private final String name = "a-" + subject.substring(0, 8);
    private final Browser browser = new Browser(ProviderServer.port());

    @BeforeAll
    static void start() {
        PROVIDER.comeUp();
        SALUS.bean(Tenants.class).setEnabled(new TenantId("closed"), false);
    }

    @BeforeEach
    void linkAnAccount() {
        links.create(
                new SmartUser(name, Role.PRACTITIONER, TenantId.DEFAULT, "Practitioner/doc-1", null), subject, false);
        PROVIDER.signedIn(subject, Map.of());
    }

    /** What is wrong with an ID token. */
    private enum Flaw {
        ISSUER(claims -> claims.issuer("http://localhost:1")),
        NO_ISSUER(claims -> claims.issuer(null)),
        AUDIENCE(claims -> claims.audience("another-client")),
        NO_AUDIENCE(claims -> claims.audience((String) null)),
        OTHER_PARTY(claims ->
                claims.audience(List.of(FakeProvider.CLIENT, "another-client")).claim("azp", "another-client")),
        EXPIRED(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120)))),
        NO_EXPIRY(claims -> claims.expirationTime(null)),
        FROM_THE_FUTURE(claims -> claims.issueTime(Date.from(Instant.now().plusSeconds(600)))),
        NONCE(claims -> claims.claim("nonce", "another")),
        NO_NONCE(claims -> claims.claim("nonce", null)),
        NO_SUBJECT(claims -> claims.subject(null));

        private final Consumer<JWTClaimsSet.Builder> twist;

        Flaw(Consumer<JWTClaimsSet.Builder> twist) {
            this.twist = twist;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdTokenWithAFlawSignsNobodyIn(Flaw flaw) {
        PROVIDER.twist(flaw.twist);

        refused(ProviderServer.signIn(browser), 400);
    }

    @Test
    void anIdTokenThatTheProviderHasNotSignedSignsNobodyIn() {
        PROVIDER.signWithAnotherKey();
        refused(ProviderServer.signIn(browser), 400);

        PROVIDER.signedIn(subject, Map.of());
        PROVIDER.swap(token -> new PlainJWT(new PlainHeader(), claims(token)).serialize());
        refused(ProviderServer.signIn(browser), 400);

        PROVIDER.swap(token -> "not.a.token");
        refused(ProviderServer.signIn(browser), 400);

        // Nothing is wrong with the account.
        PROVIDER.signedIn(subject, Map.of());
        ProviderServer.signIn(browser);
        assertThat(ProviderServer.isSignedIn(browser)).isTrue();
    }

    @Test
    void nobodyIsSignedInToAnotherPersonsAccountByALink() {
        // The attacker stops before coming back, and sends the address to the victim.
        URI ofAttacker = ProviderServer.atProvider(new Browser(ProviderServer.port()));

        refused(browser.open(ofAttacker), 400);

        // Nor while the victim's own login is under way.
        ProviderServer.atProvider(browser);
        refused(browser.open(ofAttacker), 400);
    }

    @Test
    void anAddressToComeBackToIsGoodOnceAndAsItWasGiven() {
        URI back = ProviderServer.atProvider(browser);
        String address = back.toString();
        refused(browser.open(URI.create(address.replaceAll("state=[^&]+", "state=x"))), 400);
        refused(browser.open(URI.create(address.replaceAll("&state=[^&]+", ""))), 400);
        refused(browser.open(URI.create(address.replaceAll("code=[^&]+", "code=x"))), 400);

        URI another = ProviderServer.atProvider(browser);
        browser.open(another);
        assertThat(ProviderServer.isSignedIn(browser)).isTrue();
        assertThat(new Browser(ProviderServer.port()).open(another).statusCode())
                .isEqualTo(400);
        assertThat(browser.open(another).statusCode()).isEqualTo(400);
    }

    @Test
    void whatTheProviderSaysAgainstALoginIsNotShown() {
        URI back = ProviderServer.atProvider(browser);
        String state = Browser.query(back).get("state");
        HttpResponse<String> page = browser.open(browser.address(
                back.getPath(),
                Map.of("error", "access_denied", "error_description", "<script>alert(1)</script>", "state", state)));

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).doesNotContain("script").doesNotContain("access_denied");
        refused(page, 403);
    }

    @Test
    void nobodyIsSentToAnotherHostBeforeOrAfterTheLogin() {
        String evil = "https://evil.example/";
        HttpResponse<String> leaving = browser.open(browser.address(
                "/oauth2/authorization/provider",
                Map.of("redirect_uri", evil, "continue", evil, "target", evil, "url", evil)));
        assertThat(Browser.target(leaving).toString()).startsWith(PROVIDER.id() + "/auth?");
        assertThat(Browser.query(Browser.target(leaving)))
                .containsEntry("redirect_uri", SALUS.property("salus.public-url") + "/login/oauth2/code/provider");

        HttpResponse<String> end = browser.open(URI.create(
                ProviderServer.atProvider(browser) + "&continue=" + evil + "&redirect=" + evil + "&targetUrl=" + evil));
        assertThat(end.uri().getAuthority()).isEqualTo("localhost:" + ProviderServer.port());
    }

    @Test
    void anotherProviderIsNotOffered() {
        assertThat(browser.get("/oauth2/authorization/other").statusCode()).isIn(401, 403, 404);
        assertThat(browser.get("/login/oauth2/code/other?code=x&state=y").statusCode())
                .isIn(401, 403, 404);
    }

    @Test
    void anAccountIsNotTakenByItsNameOrAddress() {
        String stranger = UUID.randomUUID().toString();
        PROVIDER.signedIn(
                stranger,
                Map.of(
                        "preferred_username", name,
                        "email", "admin@example.org",
                        "email_verified", true,
                        "salus_role", "practitioner",
                        "salus_tenant", "default"));

        HttpResponse<String> page = ProviderServer.signIn(browser);

        assertThat(page.body()).contains("has your name already");
        refused(page, 403);
        assertThat(links.find(stranger)).isEmpty();
        assertThat(links.find(subject).orElseThrow().user().username()).isEqualTo(name);
    }

    @Test
    void aPersonIsNotTakenForAProgram() {
        PROVIDER.signedIn(UUID.randomUUID().toString(), with("preferred_username", "demo-backend"));

        refused(ProviderServer.signIn(browser), 403);
    }

    @Test
    void anotherIssuersPersonOfTheSameNumberIsAnotherPerson() {
        SALUS.bean(JdbcClient.class)
                .sql("UPDATE salus_user SET federated_issuer = 'https://before.example' WHERE username = :name")
                .param("name", name)
                .update();

        refused(ProviderServer.signIn(browser), 403);
    }

    static Stream<Map<String, Object>> claimsThatMakeNobody() {
        return Stream.of(
                with("salus_role", "admin"),
                with("salus_role", "system"),
                with("salus_role", List.of("admin", "system")),
                with("salus_role", Map.of("role", "practitioner")),
                with("salus_role", "Practitioner"),
                with("salus_role", "practitioner admin"),
                with("salus_tenant", "nowhere"),
                with("salus_tenant", "closed"),
                with("salus_tenant", List.of("default", "north")),
                with("salus_tenant", "../default"),
                with("salus_tenant", ""),
                with("preferred_username", "x' OR 1=1 --"),
                with("preferred_username", "<b>x</b>"),
                with("preferred_username", ""),
                with("fhirUser", "https://evil.example/fhir/Practitioner/17"),
                with("fhirUser", "Observation/17"),
                patient(Map.of()),
                patient(Map.of("patient", List.of("pat-1", "pat-2"))),
                patient(Map.of("patient", "pat-1", "fhirUser", "Patient/pat-2")),
                patient(Map.of("patient", "Practitioner/17")));
    }

    @ParameterizedTest
    @MethodSource
    void claimsThatMakeNobody(Map<String, Object> claims) {
        PROVIDER.signedIn(UUID.randomUUID().toString(), claims);

        refused(ProviderServer.signIn(browser), 403);
    }

    @Test
    void ofSeveralRolesOnlyOneThatTheSettingNamesCounts() {
        String person = UUID.randomUUID().toString();
        Map<String, Object> claims = new HashMap<>(with("salus_role", List.of("admin", "patient", "practitioner")));
        claims.put("preferred_username", "r-" + person.substring(0, 8));
        PROVIDER.signedIn(person, claims);

        ProviderServer.signIn(browser);

        assertThat(links.find(person).orElseThrow().user().role()).isEqualTo(Role.PRACTITIONER);
    }

    @Test
    void aPersonOfOneTenantGetsNoTokenForAnother() {
        SmartApp app = new SmartApp(ProviderServer.port(), "demo-app", SALUS.fhirBase() + "/north");

        assertThat(SmartApp.answer(ProviderServer.launch(app, "openid user/Patient.rs")))
                .containsEntry("error", "access_denied");
    }

    private void refused(HttpResponse<String> page, int status) {
        assertThat(page.statusCode()).as(page.body()).isEqualTo(status);
        assertThat(page.body()).contains("You are not signed in");
        assertThat(ProviderServer.isSignedIn(browser)).isFalse();
    }

    private static Map<String, Object> with(String claim, Object value) {
        Map<String, Object> claims = new HashMap<>(Map.of(
                "preferred_username",
                "w-" + UUID.randomUUID().toString().substring(0, 8),
                "salus_role",
                "practitioner",
                "salus_tenant",
                "default"));
        claims.put(claim, value);
        return claims;
    }

    private static Map<String, Object> patient(Map<String, Object> more) {
        Map<String, Object> claims = new HashMap<>(with("salus_role", "patient"));
        claims.putAll(more);
        return claims;
    }

    private static JWTClaimsSet claims(String token) {
        try {
            return SignedJWT.parse(token).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
