package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(
        classes = SliceServer.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "salus.public-url=http://salus.test",
            "salus.auth.role-claim=realm_access.roles",
            "management.server.port=0",
            "logging.structured.format.console="
        })
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExternalIssuerIT {

    private static final FakeIssuer ISSUER = new FakeIssuer();
    private static final int WHILE_IT_IS_DOWN = 1;
    private static final int AFTER_IT_CAME_UP = 2;

    @LocalServerPort
    private int port;

    @Autowired
    private ObjectProvider<DemoAccounts> demoAccounts;

    @Autowired
    private ObjectProvider<UserDetailsService> logins;

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry properties) {
        properties.add("salus.auth.issuer", ISSUER::id);
    }

    @AfterAll
    static void stopIssuer() {
        ISSUER.close();
    }

    @Test
    @Order(WHILE_IT_IS_DOWN)
    void theServerStartsWithoutItsIssuerAndSaysThatItCannotCheckTokens() {
        assertThat(discovery().statusCode()).isEqualTo(503);
        assertThat(statusWith(accessToken().build())).isEqualTo(503);
    }

    @Test
    @Order(AFTER_IT_CAME_UP)
    void noTokensAreIssuedAndNobodySignsInHere() {
        Browser browser = new Browser(port);

        assertThat(demoAccounts.getIfAvailable()).isNull();
        assertThat(logins.getIfAvailable()).isNull();
        for (String path :
                List.of("/login", "/oauth2/authorize", "/oauth2/jwks", "/.well-known/openid-configuration")) {
            assertThat(browser.get(path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(browser.post("/oauth2/token", Map.of("grant_type", "client_credentials"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    @Order(AFTER_IT_CAME_UP)
    void discoveryPointsToTheIssuerAndPromisesNoPlainChallenge() {
        ISSUER.comeUp();

        JsonNode document = SmartApp.json(discovery());

        assertThat(document.path("token_endpoint").asText()).isEqualTo(ISSUER.id() + "/token");
        assertThat(document.path("authorization_endpoint").asText()).isEqualTo(ISSUER.id() + "/auth");
        assertThat(document.path("code_challenge_methods_supported").toString()).isEqualTo("[\"S256\"]");
        // What the issuer does not say that it can do is not promised in its name.
        assertThat(document.path("capabilities").toString())
                .contains("launch-standalone", "permission-v2")
                .doesNotContain("ehr", "context-", "client-confidential", "sso-", "offline");
    }

    @Test
    @Order(AFTER_IT_CAME_UP)
    void accessTokensOfTheIssuerForThisBaseAreTakenAndNothingElseOfItsTokens() {
        ISSUER.comeUp();
        int letIn = 404;

        assertThat(statusWith(accessToken().build())).isEqualTo(letIn);
        assertThat(statusWith(accessToken().claim("typ", "ID").build())).isEqualTo(401);
        assertThat(statusWith(accessToken().claim("typ", "Refresh").build())).isEqualTo(401);
        assertThat(statusWith(accessToken().audience("account").build())).isEqualTo(401);
        assertThat(statusWith(accessToken().issuer("https://evil.example").build()))
                .isEqualTo(401);
        assertThat(statusWith(accessToken().expirationTime(null).build())).isEqualTo(401);
        assertThat(new FakeIssuerThatIsNotTrusted().status()).isEqualTo(401);
    }

    private HttpResponse<String> discovery() {
        return new Browser(port).get("/fhir/.well-known/smart-configuration");
    }

    private int statusWith(JWTClaimsSet claims) {
        return statusWith(ISSUER.sign(claims));
    }

    private int statusWith(String token) {
        return new Browser(port)
                .get("/fhir/Patient/1", "Authorization", "Bearer " + token)
                .statusCode();
    }

    private static JWTClaimsSet.Builder accessToken() {
        return ISSUER.claims()
                .subject("somebody")
                .audience("http://salus.test/fhir")
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .claim("typ", "Bearer")
                .claim("azp", "an-app")
                .claim("scope", "openid user/*.rs")
                .claim("realm_access", Map.of("roles", List.of("practitioner")));
    }

    /** Signs in the name of the trusted issuer with a key of its own. */
    private final class FakeIssuerThatIsNotTrusted {

        int status() {
            try (FakeIssuer other = new FakeIssuer()) {
                return statusWith(other.sign(accessToken().build()));
            }
        }
    }
}
