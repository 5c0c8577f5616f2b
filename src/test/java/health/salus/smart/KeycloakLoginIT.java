package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.KeycloakAdmin;
import health.salus.testing.KeycloakServer;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** People sign in at a real Keycloak, in a realm as it comes, and get the tokens of this server. */
@EnabledIfSystemProperty(named = KeycloakServer.HOME, matches = ".+")
class KeycloakLoginIT {

    private static final String REALM = "hospital";
    private static final String PASSWORD = "a-long-enough-password";
    private static final String START = "/oauth2/authorization/provider";

    private static KeycloakServer keycloak;
    private static KeycloakAdmin admin;
    private static TestServer salus;
    private static int port;

    private final Browser atKeycloak = new Browser(keycloak.port());

    @BeforeAll
    static void start() throws Exception {
        keycloak = KeycloakServer.shared().orElseThrow();
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        admin = new KeycloakAdmin(keycloak, REALM);
        admin.createRealm(realm("http://localhost:" + port));
        salus = TestServer.start(Map.of(
                "server.port", String.valueOf(port),
                "salus.auth.login.issuer", keycloak.address() + "/realms/" + REALM,
                "salus.auth.login.client-id", "salus",
                "salus.auth.login.client-secret", "a-secret-of-keycloak",
                "salus.auth.login.accounts-for", "practitioner"));
        salus.bean(DemoAccounts.class).ensure("pat-1", "doc-1");
    }

    @AfterAll
    static void stop() {
        salus.close();
    }

    @Test
    void aPersonGetsAnAccountByTheClaimsOfKeycloakAndReadsWithATokenOfThisServer() {
        JsonNode tokens = launch("dora");

        JsonNode claims = SmartApp.claims(tokens.path("access_token").asText());
        assertThat(claims.path("iss").asText()).isEqualTo("http://localhost:" + port);
        assertThat(claims.path("sub").asText()).isEqualTo("dora");
        assertThat(claims.path("salus_role").asText()).isEqualTo("practitioner");
        assertThat(reads(tokens)).isTrue();
        assertThat(salus.bean(ProviderLinks.class)
                        .find(admin.user("dora").path("id").asText()))
                .isPresent();
    }

    @Test
    void anAccountThatAnAdministratorHasLinkedIsMoreThanTheClaimsSay() {
        SmartUser ada = new SmartUser("ada-of-salus", Role.ADMIN, TenantId.DEFAULT, null, null);
        salus.bean(ProviderLinks.class).create(ada, admin.user("ada").path("id").asText(), false);

        JsonNode claims = SmartApp.claims(launch("ada").path("access_token").asText());

        assertThat(claims.path("sub").asText()).isEqualTo("ada-of-salus");
        assertThat(claims.path("salus_role").asText()).isEqualTo("admin");
    }

    @Test
    void aLogoutHereIsOneAtKeycloak() {
        SmartApp app = new SmartApp(port, "demo-app", salus.fhirBase());
        app.browser.open(signedIn(app.browser, "dora"));
        assertThat(isAskedForPassword(app.browser)).isFalse();

        HttpResponse<String> back = atKeycloak.open(Browser.target(app.browser.logout()));

        assertThat(Browser.target(back).toString()).isEqualTo("http://localhost:" + port + "/login");
        assertThat(isAskedForPassword(app.browser)).isTrue();
    }

    @Test
    void whoeverKeycloakSignsOutLosesSessionAndTokensHereAtOnce() {
        SmartApp app = new SmartApp(port, "demo-app", salus.fhirBase());
        JsonNode tokens = launch(app, "lea", "openid user/Patient.rs offline_access");

        // Of this alone Keycloak tells nobody.
        admin.disable("lea");
        assertThat(reads(tokens)).isTrue();

        admin.endSessions("lea");
        assertThat(reads(tokens)).isFalse();
        assertThat(app.refresh(tokens.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
        assertThat(app.browser.get("/oauth2/apps").statusCode()).isNotEqualTo(200);
    }

    @Test
    void whoeverIsDisabledAtKeycloakDoesNotComeThrough() {
        admin.disable("gone");

        HttpResponse<String> page = passwordTyped(new Browser(port), "gone");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("name=\"password\"");
    }

    private JsonNode launch(String person) {
        return launch(new SmartApp(port, "demo-app", salus.fhirBase()), person, "openid user/Patient.rs");
    }

    private JsonNode launch(SmartApp app, String person, String scope) {
        Map<String, String> request = app.request(scope);
        app.browser.open(app.browser.address("/oauth2/authorize", request));
        HttpResponse<String> next = app.browser.open(signedIn(app.browser, person));
        HttpResponse<String> end = SmartApp.isQuestion(next) ? app.allow(next, SmartApp.offered(next), null) : next;
        return SmartApp.json(app.exchange(SmartApp.code(end), app.verifier));
    }

    private static boolean reads(JsonNode tokens) {
        return FhirClient.withToken(
                                salus.fhirBase(), tokens.path("access_token").asText())
                        .get("/Patient")
                        .status()
                == 200;
    }

    private URI signedIn(Browser browser, String person) {
        return Browser.target(passwordTyped(browser, person));
    }

    private HttpResponse<String> passwordTyped(Browser browser, String person) {
        HttpResponse<String> page = atKeycloak.open(Browser.target(browser.get(START)));
        return KeycloakApp.submit(atKeycloak, keycloak, page, Map.of("username", person, "password", PASSWORD));
    }

    private boolean isAskedForPassword(Browser browser) {
        return atKeycloak.open(Browser.target(browser.get(START))).body().contains("name=\"password\"");
    }

    private static Map<String, Object> realm(String server) {
        return Map.of(
                "realm",
                REALM,
                "enabled",
                true,
                "clients",
                List.of(Map.of(
                        "clientId",
                        "salus",
                        "secret",
                        "a-secret-of-keycloak",
                        "publicClient",
                        false,
                        "standardFlowEnabled",
                        true,
                        "redirectUris",
                        List.of(server + "/login/oauth2/code/provider"),
                        "attributes",
                        Map.of(
                                "pkce.code.challenge.method",
                                "S256",
                                "post.logout.redirect.uris",
                                server + "/login",
                                "backchannel.logout.url",
                                server + BackChannelLogout.PATH,
                                "backchannel.logout.session.required",
                                "true",
                                "backchannel.logout.revoke.offline.tokens",
                                "true"),
                        "protocolMappers",
                        List.of(claim("salus_role", "practitioner"), claim("salus_tenant", "default")))),
                "users",
                List.of(user("dora"), user("ada"), user("gone"), user("lea")));
    }

    private static Map<String, Object> claim(String name, String value) {
        return Map.of(
                "name",
                name,
                "protocol",
                "openid-connect",
                "protocolMapper",
                "oidc-hardcoded-claim-mapper",
                "config",
                Map.of("claim.name", name, "claim.value", value, "jsonType.label", "String", "id.token.claim", "true"));
    }

    private static Map<String, Object> user(String name) {
        return Map.of(
                "username",
                name,
                "enabled",
                true,
                "firstName",
                name,
                "lastName",
                "Test",
                "email",
                name + "@example.org",
                "emailVerified",
                true,
                "credentials",
                List.of(Map.of("type", "password", "value", PASSWORD, "temporary", false)));
    }
}
