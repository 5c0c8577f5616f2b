package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Apps learn from discovery under which brands people know an institution, and where the pictures are. */
@SpringBootTest(
        classes = SliceServer.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "salus.public-url=https://salus.test",
            "salus.tenant.ids=north,south",
            "management.server.port=0",
            "logging.structured.format.console="
        })
class BrandsIT {

    private static final String PATH = "/fhir/north/.well-known/user-access-brands";

    @TempDir
    private static Path folder;

    @LocalServerPort
    private int port;

    @Autowired
    private Tenants tenants;

    @DynamicPropertySource
    static void brands(DynamicPropertyRegistry properties) throws IOException {
        ObjectNode bundle = BrandsTest.good();
        Files.writeString(folder.resolve("north.json"), bundle.toString());
        ((ObjectNode) bundle.at("/entry/2/resource")).put("address", "https://salus.test/fhir/south");
        Files.writeString(folder.resolve("south.json"), bundle.toString());
        properties.add("salus.brands.directory", folder::toString);
        properties.add("salus.data-dir", () -> SliceServer.DATA.resolve("brands"));
    }

    @Test
    void discoveryNamesTheBrandsOfTheTenantAndItsPrimaryBrand() throws IOException {
        JsonNode document = json(get("/fhir/north/.well-known/smart-configuration"));

        assertThat(document.path("user_access_brand_bundle").asText()).isEqualTo("https://salus.test" + PATH);
        assertThat(document.path("user_access_brand_identifier").path("system").asText())
                .isEqualTo("urn:ietf:rfc:3986");
        assertThat(document.path("user_access_brand_identifier").path("value").asText())
                .isEqualTo("https://clinic.example.org");
    }

    @Test
    void aTenantWithoutBrandsClaimsNone() throws IOException {
        JsonNode document = json(get("/fhir/.well-known/smart-configuration"));

        assertThat(document.has("issuer")).isTrue();
        assertThat(document.has("user_access_brand_bundle")).isFalse();
        assertThat(document.has("user_access_brand_identifier")).isFalse();
        assertThat(get("/fhir/.well-known/user-access-brands").statusCode()).isEqualTo(404);
        assertThat(get("/fhir/nowhere/.well-known/user-access-brands").statusCode())
                .isEqualTo(404);
    }

    @Test
    void everybodyGetsTheBundleFromAnyPage() throws IOException {
        HttpResponse<String> answer = get(PATH, "Origin", "https://anywhere.example");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/fhir+json");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(answer, "Access-Control-Expose-Headers")).contains("ETag");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Set-Cookie")).isEmpty();
        assertThat(json(answer)).isEqualTo(BrandsTest.good());
    }

    @Test
    void whoHasItDoesNotGetItAgain() {
        String eTag = header(get(PATH), "ETag");

        assertThat(eTag).startsWith("W/\"");
        assertThat(get(PATH, "If-None-Match", eTag).statusCode()).isEqualTo(304);
        assertThat(get(PATH, "If-None-Match", eTag).body()).isEmpty();
        assertThat(get(PATH, "If-None-Match", "\"x\", " + eTag.substring(2)).statusCode())
                .isEqualTo(304);
        assertThat(get(PATH, "If-None-Match", "W/\"x\"").statusCode()).isEqualTo(200);
    }

    @Test
    void itIsReadOnly() {
        HttpResponse<String> answer = new Browser(port).postJson(PATH, "{}", "Accept", "application/fhir+json");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
        HttpResponse<String> head = new Browser(port)
                .send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + PATH))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
    }

    @Test
    void aDisabledTenantHasNone() {
        tenants.setEnabled(new TenantId("south"), false);

        assertThat(get("/fhir/south/.well-known/user-access-brands").statusCode())
                .isEqualTo(404);
        tenants.setEnabled(new TenantId("south"), true);
        assertThat(get("/fhir/south/.well-known/user-access-brands").statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> get(String path, String... headers) {
        return new Browser(port).get(path, headers);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
