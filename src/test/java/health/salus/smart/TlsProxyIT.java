package health.salus.smart;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** A server for real use behind a proxy that ends the TLS, with its first administrator. */
@SpringBootTest(
        classes = SliceServer.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "salus.public-url=https://fhir.hospital.example",
            "salus.auth.admin-password=a first long password",
            "management.server.port=0",
            "logging.structured.format.console="
        })
class TlsProxyIT {

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private Users users;

    @DynamicPropertySource
    static void dataFolder(DynamicPropertyRegistry properties) {
        properties.add("salus.data-dir", () -> SliceServer.DATA.resolve("proxy").toString());
    }

    @Test
    void theLoginStaysWithTlsAndItsCookieIsSecure() {
        Browser browser = new Browser(port);
        SmartApp app = new SmartApp(port, "demo-app", "https://fhir.hospital.example/fhir");
        HttpResponse<String> apps = browser.get("/oauth2/apps", "Accept", "text/html");
        assertThat(apps.headers().firstValue("Location").orElse("")).isEqualTo("https://fhir.hospital.example/login");
        assertThat(apps.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThat(apps.headers().allValues("Set-Cookie"))
                .isNotEmpty()
                .allMatch(cookie -> cookie.contains("Secure") && cookie.contains("HttpOnly"));
        assertThat(app.browser.get("/login").headers().firstValue("Strict-Transport-Security"))
                .isPresent();
    }

    @Test
    void nobodySignsInAtThePortOfTheOperators() {
        Browser operators = new Browser(managementPort);
        assertThat(operators.get("/login").body()).doesNotContain("password");
        assertThat(operators.get("/login").statusCode()).isIn(401, 403, 404);
        assertThat(operators.get("/oauth2/jwks").statusCode()).isIn(401, 403, 404);
        assertThat(operators.get("/actuator/health").statusCode()).isEqualTo(200);
    }

    @Test
    void thereIsOneAdministratorAndNobodyElse() {
        assertThat(users.of(TenantId.DEFAULT)).singleElement().satisfies(it -> {
            assertThat(it.user().username()).isEqualTo("admin");
            assertThat(it.user().role()).isEqualTo(Role.ADMIN);
        });
    }
}
