package health.salus.smart;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** A server whose provider does not answer starts all the same, and says so only to those who need the provider. */
@SpringBootTest(
        classes = SliceServer.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "salus.public-url=http://salus.test",
            "management.server.port=0",
            "logging.structured.format.console="
        })
class ProviderOutageIT {

    private static final FakeProvider PROVIDER = new FakeProvider();
    private static final String START = "/oauth2/authorization/provider";

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry properties) {
        PROVIDER.salusSettings().forEach((name, value) -> properties.add(name, () -> value));
        properties.add("salus.data-dir", () -> SliceServer.DATA.resolve("outage"));
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @Test
    void aProviderThatIsDownIsSaidOnAPageUntilItIsUp() {
        Browser browser = new Browser(port);

        HttpResponse<String> page = browser.get(START);

        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("cannot be reached now").contains("General &lt;Hospital&gt;");
        assertThat(browser.get("/login").body()).contains("name=\"password\"");
        PROVIDER.comeUp();
        assertThat(browser.get(START).statusCode()).isEqualTo(302);
    }
}
