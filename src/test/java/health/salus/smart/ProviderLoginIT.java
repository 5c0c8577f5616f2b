package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** People sign in at a provider of the institution; the tokens are still those of this server. */
class ProviderLoginIT {

    private static final FakeProvider PROVIDER = ProviderServer.PROVIDER;
    private static final TestServer SALUS = ProviderServer.SALUS;

    private final Users users = SALUS.bean(Users.class);
    private final ProviderLinks links = SALUS.bean(ProviderLinks.class);
    private final JdbcClient database = SALUS.bean(JdbcClient.class);
    private final String subject = UUID.randomUUID().toString();
    private final String name = "p-" + subject.substring(0, 8);
    private final Browser browser = new Browser(ProviderServer.port());

    @BeforeAll
    static void closeATenant() {
        SALUS.bean(Tenants.class).setEnabled(new TenantId("closed"), false);
    }

    @BeforeEach
    void signInAtTheProvider() {
        PROVIDER.comeUp();
        PROVIDER.signedIn(subject, Map.of("preferred_username", name));
    }

    @Test
    void aProviderThatGoesDownOnTheWayIsSaidToo() {
        URI back = ProviderServer.atProvider(browser);
        PROVIDER.goDown();

        HttpResponse<String> page = browser.open(back);

        PROVIDER.comeUp();
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(ProviderServer.isSignedIn(browser)).isFalse();
    }

    @Test
    void theLoginPageOffersTheProviderAndPasswordsGoOn() {
        HttpResponse<String> page = browser.get("/login");

        assertThat(page.body())
                .contains("href=\"/oauth2/authorization/provider\"")
                .contains("General &lt;Hospital&gt;")
                .contains("name=\"password\"");
        ProviderServer.account(practitioner(name));
        SmartApp app = ProviderServer.app();
        assertThat(app.launch("openid user/*.rs", new DemoUser(name, ProviderServer.PASSWORD, "practitioner"))
                        .has("access_token"))
                .isTrue();
    }

    @Test
    void aLinkedPersonGetsTokensOfTheirAccountFromThisServer() {
        assertThat(links.create(practitioner(name), subject, false)).isTrue();
        PROVIDER.signedIn(subject, Map.of("preferred_username", "somebody-else", "salus_role", "admin"));
        SmartApp app = ProviderServer.app();

        JsonNode tokens = tokens(app, ProviderServer.launch(app, "openid fhirUser user/Patient.rs"));

        JsonNode claims = SmartApp.claims(tokens.path("access_token").asText());
        assertThat(claims.path("iss").asText()).isEqualTo(SALUS.property("salus.public-url"));
        assertThat(claims.path("sub").asText()).isEqualTo(name);
        assertThat(claims.path("salus_role").asText()).isEqualTo("practitioner");
        assertThat(SmartApp.claims(tokens.path("id_token").asText())
                        .path("fhirUser")
                        .asText())
                .isEqualTo(SALUS.fhirBase() + "/Practitioner/doc-1");
        assertThat(FhirClient.withToken(
                                SALUS.fhirBase(), tokens.path("access_token").asText())
                        .get("/Patient")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void somebodyWhomNobodyKnowsGetsAPageAndNoAccount() {
        long before = accounts();

        HttpResponse<String> page = ProviderServer.signIn(browser);

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("no account here for you").contains("provider:" + subject);
        assertThat(accounts()).isEqualTo(before);
        assertThat(ProviderServer.isSignedIn(browser)).isFalse();
    }

    @Test
    void whoMayHaveAnAccountByTheirClaimsGetsOneOnce() {
        PROVIDER.signedIn(subject, claims("practitioner", "north"));
        SmartApp app = new SmartApp(ProviderServer.port(), "demo-app", SALUS.fhirBase() + "/north");

        JsonNode tokens = tokens(app, ProviderServer.launch(app, "openid user/Patient.rs"));

        assertThat(SmartApp.claims(tokens.path("access_token").asText())
                        .path("salus_tenant")
                        .asText())
                .isEqualTo("north");
        SmartUser user = users.find(name).orElseThrow();
        assertThat(user.role()).isEqualTo(Role.PRACTITIONER);
        assertThat(user.fhirUser()).isEqualTo("Practitioner/17");
        ProviderServer.signIn(new Browser(ProviderServer.port()));
        assertThat(count("federated_subject", subject)).isEqualTo(1);
    }

    @Test
    void anAccountByClaimsFollowsThemAndLosesWhatItHad() {
        PROVIDER.signedIn(subject, claims("practitioner", "default"));
        SmartApp app = ProviderServer.app();
        String token = tokens(app, ProviderServer.launch(app, "openid user/Patient.rs"))
                .path("access_token")
                .asText();

        PROVIDER.signedIn(
                subject,
                Map.of(
                        "preferred_username", "another-name",
                        "salus_role", "patient",
                        "salus_tenant", "default",
                        "patient", "pat-1"));
        ProviderServer.signIn(browser);

        assertThat(users.find(name).orElseThrow().role()).isEqualTo(Role.PATIENT);
        assertThat(users.find("another-name")).isEmpty();
        assertThat(status(token)).isEqualTo(401);
        assertThat(ProviderServer.isSignedIn(app.browser)).isFalse();
        assertThat(ProviderServer.isSignedIn(browser)).isTrue();
        PROVIDER.signedIn(subject, Map.of("preferred_username", name));
        assertThat(ProviderServer.signIn(new Browser(ProviderServer.port())).statusCode())
                .isEqualTo(403);
    }

    @Test
    void anAccountThatAnAdministratorMadeDoesNotFollowClaims() {
        links.create(practitioner(name), subject, false);
        PROVIDER.signedIn(subject, claims("patient", "north"));

        assertThat(ProviderServer.signIn(browser).statusCode()).isNotEqualTo(403);

        assertThat(users.find(name)).contains(practitioner(name));
    }

    @Test
    void whoeverIsDisabledLockedOrOfADisabledTenantStaysOut() {
        links.create(practitioner(name), subject, false);
        users.setEnabled(name, false);
        assertThat(ProviderServer.signIn(browser).body()).contains("account here is disabled");
        users.setEnabled(name, true);

        HttpResponse<String> form = browser.get("/login");
        for (int guess = 0; guess < 5; guess++) {
            browser.signIn(form, name, "a wrong password");
        }
        assertThat(ProviderServer.signIn(browser).body()).contains("Try again in a minute");
        database.sql("UPDATE salus_user SET locked_until = NULL WHERE username = :name")
                .param("name", name)
                .update();
        assertThat(ProviderServer.signIn(browser).statusCode()).isNotEqualTo(403);

        String other = UUID.randomUUID().toString();
        links.create(
                new SmartUser(name + "-closed", Role.PRACTITIONER, new TenantId("closed"), null, null), other, false);
        PROVIDER.signedIn(other, Map.of());
        assertThat(ProviderServer.signIn(new Browser(ProviderServer.port())).body())
                .contains("institution is disabled");
    }

    @Test
    void theSessionOfTheLoginIsNotTheOneFromBefore() {
        links.create(practitioner(name), subject, false);
        URI back = ProviderServer.atProvider(browser);
        String before = browser.session();

        browser.open(back);

        assertThat(ProviderServer.isSignedIn(browser)).isTrue();
        assertThat(browser.session()).isNotEmpty().isNotEqualTo(before);
        Browser fixed = new Browser(ProviderServer.port());
        assertThat(fixed.get("/oauth2/apps", "Cookie", "JSESSIONID=" + before).statusCode())
                .isEqualTo(302);
    }

    @Test
    void aLogoutEndsTheSessionHereAndGoesOnToTheProvider() {
        links.create(practitioner(name), subject, false);
        ProviderServer.signIn(browser);

        HttpResponse<String> leaving = browser.logout();

        assertThat(ProviderServer.isSignedIn(browser)).isFalse();
        URI target = Browser.target(leaving);
        assertThat(target.toString()).startsWith(PROVIDER.id() + "/logout?");
        assertThat(Browser.query(target))
                .containsEntry("post_logout_redirect_uri", SALUS.property("salus.public-url") + "/login");
        assertThat(SmartApp.claims(Browser.query(target).get("id_token_hint"))
                        .path("sub")
                        .asText())
                .isEqualTo(subject);
    }

    @Test
    void whoSignedInWithAPasswordIsNotSentToTheProviderAtTheLogout() {
        ProviderServer.account(practitioner(name));
        browser.signIn(browser.get("/login"), name, ProviderServer.PASSWORD);

        assertThat(Browser.target(browser.logout()).toString()).endsWith("/login?logout");
    }

    @Test
    void administratorsLinkAccountsOfTheirTenantToOnePersonEach() {
        ProviderServer.account(practitioner(name));
        String admin = administrator("default");
        String north = administrator("north");
        String path = "/api/users/" + name + "/provider";

        assertThat(put(path, subject, north)).isEqualTo(404);
        assertThat(put(path, "", admin)).isEqualTo(400);
        assertThat(put(path, subject + "\\n", admin)).isEqualTo(400);
        assertThat(put(path, subject, admin)).isEqualTo(204);

        String other = UUID.randomUUID().toString();
        String linked = "{\"username\":\"%s-2\",\"role\":\"practitioner\",\"subject\":\"%s\"}";
        assertThat(post("/api/users", linked.formatted(name, subject), admin)).isEqualTo(409);
        assertThat(post("/api/users", linked.formatted(name, other), north)).isEqualTo(201);
        assertThat(put("/api/users/" + name + "-2/provider", subject, north)).isEqualTo(409);
        assertThat(post(
                        "/api/users",
                        "{\"username\":\"x\",\"role\":\"admin\",\"subject\":\"x\",\"password\":\"correct horse battery\"}",
                        admin))
                .isEqualTo(400);

        assertThat(ProviderServer.signIn(browser).statusCode()).isNotEqualTo(403);
        assertThat(delete(path, admin)).isEqualTo(204);
        assertThat(ProviderServer.isSignedIn(browser)).isFalse();
        assertThat(ProviderServer.signIn(browser).statusCode()).isEqualTo(403);
        assertThat(delete("/api/users/" + name + "-2/provider", north)).isEqualTo(409);
    }

    private static String administrator(String tenant) {
        String name = "admin-of-" + tenant;
        ProviderServer.account(new SmartUser(name, Role.ADMIN, new TenantId(tenant), null, null));
        String base = tenant.equals("default") ? SALUS.fhirBase() : SALUS.fhirBase() + "/" + tenant;
        String back = SALUS.property("salus.public-url") + "/ui/";
        SmartApp ui = new SmartApp(ProviderServer.port(), "salus-ui", base);
        Map<String, String> request = ui.request("openid salus_api");
        request.put("redirect_uri", back);
        HttpResponse<String> form = ui.browser.open(ui.browser.address("/oauth2/authorize", request));
        HttpResponse<String> end = ui.browser.signIn(form, name, ProviderServer.PASSWORD);
        URI callback = end.headers().firstValue("Location").isPresent() ? Browser.target(end) : end.uri();
        return SmartApp.json(ui.browser.post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                Browser.query(callback).get("code"),
                                "redirect_uri",
                                back,
                                "client_id",
                                "salus-ui",
                                "code_verifier",
                                ui.verifier)))
                .path("access_token")
                .asText();
    }

    private int put(String path, String subject, String token) {
        return send("PUT", path, "{\"subject\":\"%s\"}".formatted(subject), token);
    }

    private int post(String path, String json, String token) {
        return send("POST", path, json, token);
    }

    private int delete(String path, String token) {
        return send("DELETE", path, "", token);
    }

    private int send(String method, String path, String json, String token) {
        return browser.send(HttpRequest.newBuilder(SALUS.url(path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(json)))
                .statusCode();
    }

    private static JsonNode tokens(SmartApp app, HttpResponse<String> back) {
        return SmartApp.json(app.exchange(SmartApp.code(back), app.verifier));
    }

    private static int status(String token) {
        return FhirClient.withToken(SALUS.fhirBase(), token).get("/Patient").status();
    }

    private Map<String, Object> claims(String role, String tenant) {
        return role.equals("patient")
                ? Map.of("preferred_username", name, "salus_role", role, "salus_tenant", tenant, "patient", "pat-1")
                : Map.of(
                        "preferred_username",
                        name,
                        "salus_role",
                        role,
                        "salus_tenant",
                        tenant,
                        "fhirUser",
                        "Practitioner/17");
    }

    private static SmartUser practitioner(String name) {
        return new SmartUser(name, Role.PRACTITIONER, TenantId.DEFAULT, "Practitioner/doc-1", null);
    }

    private long accounts() {
        return database.sql("SELECT count(*) FROM salus_user").query(Long.class).single();
    }

    private long count(String column, String value) {
        return database.sql("SELECT count(*) FROM salus_user WHERE " + column + " = :value")
                .param("value", value)
                .query(Long.class)
                .single();
    }
}
