package health.salus.hl7v2;

import health.salus.mapping.LiveMappings;
import health.salus.mapping.Mappings;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.server.ResponseStatusException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import static health.salus.hl7v2.Laboratory.resultOf;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A site changes its mappings while the server runs. */
class MappingApiIT {

    private static final String NEW_CODE = "K^Potassium^99RELOAD";

    private static final SmartPrincipal OPERATOR = administrator(TenantId.DEFAULT);
    private static final SmartPrincipal NEIGHBOUR = administrator(new TenantId("north"));

    private final TestServer server = TestServer.shared();
    private final MappingApi api = server.bean(MappingApi.class);
    private final JdbcClient database = server.bean(JdbcClient.class);
    private final Path file = Path.of(server.property("salus.hl7v2.mappings"), "conceptmaps", "lab.csv");
    private final String before = api.read(OPERATOR).version();

    @AfterEach
    void putBack() throws IOException {
        Files.deleteIfExists(file);
        api.reload(OPERATOR);
        assertThat(api.read(OPERATOR).version()).isEqualTo(before);
    }

    @Test
    void folderOfTheSiteIsFollowedAndOldMappingsCanBeHadAgain() throws Exception {
        assertThat(codesOf("RL1")).doesNotContain("2823-3");

        String table = Files.readString(Path.of("hl7-mappings/conceptmaps/default.csv"));
        Files.writeString(file, table + "K^99RELOAD,http://loinc.org,2823-3,Potassium\n");
        await(() -> !api.read(OPERATOR).version().equals(before));

        assertThat(codesOf("RL2")).contains("2823-3").contains("99RELOAD");
        assertThat(versionOf("RL1")).isEqualTo(before);
        assertThat(versionOf("RL2")).isEqualTo(api.read(OPERATOR).version());
        Mappings old = server.bean(MappingHistory.class).find(before).orElseThrow();
        assertThat(old.version()).isEqualTo(before);
        assertThat(api.files(OPERATOR, before)).doesNotContainKey("conceptmaps/lab.csv");
        assertThat(api.files(OPERATOR, api.read(OPERATOR).version()).get("conceptmaps/lab.csv"))
                .contains("99RELOAD");
    }

    @Test
    void mistakeIsToldWithFileAndLineAndNothingChanges() throws Exception {
        Files.writeString(file, "v2,system,code,display\nK,http://loinc.org\n");

        assertThatThrownBy(() -> api.reload(OPERATOR))
                .isInstanceOfSatisfying(ResponseStatusException.class, refused -> {
                    assertThat(refused.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_ENTITY);
                    assertThat(refused.getReason()).contains(before).contains("conceptmaps/lab.csv:2: ");
                });
        assertThat(api.read(OPERATOR).version()).isEqualTo(before);
        assertThat(api.read(OPERATOR).mistake()).startsWith("conceptmaps/lab.csv:2: ");
        assertThat(server.bean(LiveMappings.class).current().version()).isEqualTo(before);
        assertThat(get(server.managementUrl("/actuator/prometheus"), "").body())
                .contains("salus_hl7v2_mappings_mistaken 1.0");
        assertThat(codesOf("RL3")).contains("99RELOAD");
    }

    @Test
    void versionThatNeverWasIsNotFound() {
        assertThatThrownBy(() -> api.files(OPERATOR, "000000000000"))
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        it -> assertThat(it.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND));
    }

    @Test
    void administratorOfAnotherTenantReadsTheRulesButNotTheConceptMapOfAForeignFeed() throws Exception {
        String table = Files.readString(Path.of("hl7-mappings/conceptmaps/default.csv"));
        Files.writeString(file, table + "K^99RELOAD,http://loinc.org,2823-3,Potassium\n");
        String version = api.reload(OPERATOR).version();

        assertThat(api.files(OPERATOR, version)).containsKey("conceptmaps/lab.csv");
        assertThat(api.files(NEIGHBOUR, version))
                .containsKeys("segments/OBX.yaml", "conceptmaps/default.csv")
                .doesNotContainKey("conceptmaps/lab.csv");

        Files.writeString(file, "v2,system,code,display\nK,http://loinc.org\n");
        assertThatThrownBy(() -> api.reload(OPERATOR)).isInstanceOf(ResponseStatusException.class);
        assertThat(api.read(NEIGHBOUR).version()).isEqualTo(version);
        assertThat(api.read(NEIGHBOUR).mistake()).isNotNull().doesNotContain("lab.csv");
    }

    @Test
    void administratorOfAnotherTenantMayNotReload() {
        assertThatThrownBy(() -> api.reload(NEIGHBOUR))
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        it -> assertThat(it.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN));
    }

    @Test
    void onlyAdministratorsMayAsk() throws Exception {
        for (String path : new String[] {"/api/hl7v2/mappings", "/api/hl7v2/unmapped"}) {
            assertThat(get(server.url(path), "").statusCode()).isEqualTo(401);
            assertThat(get(server.url(path), Tokens.backend(server)).statusCode())
                    .isEqualTo(403);
        }
    }

    private static SmartPrincipal administrator(TenantId tenant) {
        return new SmartPrincipal(tenant, Role.ADMIN, null, null, Set.of(), "salus-ui", "admin");
    }

    private String codesOf(String controlId) throws Exception {
        try (MllpClient client = new MllpClient(server.mllpPort())) {
            client.ask(resultOf(controlId, controlId).replace("K^Potassium^L", NEW_CODE));
        }
        await(() -> "PROCESSED".equals(column("state", controlId)));
        return FhirClient.withToken(server.fhirBase(), Tokens.backend(server))
                .get("/Observation?_source=" + FhirClient.encode("urn:hl7v2:lab:" + controlId))
                .text();
    }

    private String versionOf(String controlId) {
        return column("mapping_version", controlId);
    }

    private String column(String name, String controlId) {
        return database.sql("SELECT " + name + " FROM salus_hl7v2_message WHERE control_id = :id")
                .param("id", controlId)
                .query(String.class)
                .single();
    }

    private static HttpResponse<String> get(URI address, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
