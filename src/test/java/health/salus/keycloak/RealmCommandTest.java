package health.salus.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

class RealmCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void keycloakMayFillInTheAddressOfTheServerAtTheImport() throws IOException {
        JsonNode realm = realm("--server=${SALUS_PUBLIC_URL}");

        assertThat(texts(client(realm, "salus-ui").path("redirectUris"))).containsExactly("${SALUS_PUBLIC_URL}/ui/");
        assertThat(texts(client(realm, "salus-ui").path("webOrigins"))).containsExactly("${SALUS_PUBLIC_URL}");
    }

    @Test
    void tokensAreMadeOutToTheFhirBase() throws IOException {
        JsonNode realm = realm("--server=https://fhir.example.org");

        JsonNode mapper = named(named(realm.path("clientScopes"), "salus").path("protocolMappers"), "FHIR base");
        assertThat(mapper.path("protocolMapper").asText()).isEqualTo("salus-fhir-token-mapper");
        assertThat(mapper.at("/config/fhir.base").asText()).isEqualTo("https://fhir.example.org/fhir");
    }

    @Test
    void anAppIsPublicUsesS256AndAsksForConsent() throws IOException {
        JsonNode app = client(
                realm("--client=my-app=https://app.example.org/callback,http://127.0.0.1:9876/callback"), "my-app");

        assertThat(app.path("publicClient").asBoolean()).isTrue();
        assertThat(app.path("consentRequired").asBoolean()).isTrue();
        assertThat(app.path("directAccessGrantsEnabled").asBoolean()).isFalse();
        assertThat(app.path("serviceAccountsEnabled").asBoolean()).isFalse();
        assertThat(app.at("/attributes/pkce.code.challenge.method").asText()).isEqualTo("S256");
        assertThat(texts(app.path("redirectUris")))
                .containsExactly("https://app.example.org/callback", "http://127.0.0.1:9876/callback");
        assertThat(texts(app.path("webOrigins"))).containsExactly("https://app.example.org", "http://127.0.0.1:9876");
        assertThat(texts(app.path("optionalClientScopes")))
                .contains(
                        "launch/patient", "offline_access", "patient/*.rs", "patient/Observation.read", "user/*.cruds")
                .doesNotContain("salus_api", "patient/*.cruds")
                .noneMatch(scope -> scope.startsWith("system/"));
    }

    @Test
    void aBackendServiceSignsWithItsOwnKeyAndHasNoOtherWayIn() throws Exception {
        Path keys = keys(false);
        JsonNode realm = realm("--backend=lab=https://lab.example.org/jwks.json", "--backend=bulk@north=@" + keys);

        JsonNode lab = client(realm, "lab");
        assertThat(lab.path("clientAuthenticatorType").asText()).isEqualTo("client-jwt");
        assertThat(lab.path("standardFlowEnabled").asBoolean()).isFalse();
        assertThat(lab.path("publicClient").asBoolean()).isFalse();
        assertThat(lab.at("/attributes/jwks.url").asText()).isEqualTo("https://lab.example.org/jwks.json");
        assertThat(texts(lab.path("optionalClientScopes")))
                .contains("system/*.rs", "system/Patient.read")
                .allMatch(scope -> scope.startsWith("system/"));
        assertThat(claim(lab, "salus_role")).isEqualTo("system");
        assertThat(claim(lab, "salus_tenant")).isEqualTo("default");
        JsonNode bulk = client(realm, "bulk");
        assertThat(bulk.at("/attributes/jwks.string").asText())
                .contains("\"kid\":\"a-key\"", "\"use\":\"sig\"", "\"alg\":\"ES384\"");
        assertThat(claim(bulk, "salus_tenant")).isEqualTo("north");
    }

    @Test
    void whatGivesRightsIsForAdministratorsToSet() throws IOException {
        JsonNode realm = realm("--tenant=default,north");

        JsonNode profile = new ObjectMapper()
                .readTree(realm.at("/components/org.keycloak.userprofile.UserProfileProvider/0/config"
                                + "/kc.user.profile.config/0")
                        .asText());
        assertThat(profile.has("unmanagedAttributePolicy")).isFalse();
        for (String name : List.of("salus_role", "salus_tenant", "fhirUser", "patient", "salus_clearance")) {
            JsonNode attribute = named(profile.path("attributes"), name);
            assertThat(texts(attribute.at("/permissions/edit"))).as(name).containsExactly("admin");
        }
        assertThat(texts(named(profile.path("attributes"), "salus_role").at("/validations/options/options")))
                .containsExactly("admin", "practitioner", "patient");
        assertThat(texts(named(profile.path("attributes"), "salus_tenant").at("/validations/options/options")))
                .containsExactly("default", "north");
    }

    @Test
    void peopleLookAfterTheirAccountInTheRealmOfThisName() throws IOException {
        JsonNode page = client(realm("--realm=hospital"), "account-console");

        assertThat(page.path("baseUrl").asText()).isEqualTo("/realms/hospital/account/");
        assertThat(texts(page.path("defaultClientScopes"))).contains("roles").doesNotContain("salus");
    }

    @Test
    void noUserAndNoSecretIsInIt() throws IOException {
        JsonNode realm = realm("--client=my-app=https://app.example.org/");

        assertThat(realm.has("users")).isFalse();
        assertThat(realm.findValues("secret")).isEmpty();
        assertThat(realm.findValues("privateKey")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--client=app",
                "--client=app=https://app.example.org/*",
                "--client=app=https://app.example.org/#here",
                "--client=app=http://app.example.org/callback",
                "--client=app=/callback",
                "--client=app=https://a b/",
                "--client=an app=https://app.example.org/",
                "--client=salus-ui=https://app.example.org/",
                "--backend=lab",
                "--backend=lab=http://lab.example.org/jwks.json",
                "--backend=lab@Nord=https://lab.example.org/jwks.json",
                "--backend=lab=@/nowhere/keys.json",
                "--server=https://fhir.example.org/",
                "--server=fhir.example.org",
                "--tenant=Nord",
                "--type=Unicorn",
                "--realm=a/b"
            })
    void whatIsNotUnderstoodIsRefusedAndNothingPrinted(String option) {
        assertThat(run(option)).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @Test
    void aPrivateKeyIsRefused() throws Exception {
        assertThat(run("--backend=lab=@" + keys(true))).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("public keys");
    }

    private Path keys(boolean isPrivate) throws Exception {
        JWKSet keys = new JWKSet(new ECKeyGenerator(Curve.P_384).keyID("a-key").generate());
        return Files.writeString(folder.resolve("keys.json"), keys.toString(!isPrivate));
    }

    private JsonNode realm(String... options) throws IOException {
        assertThat(run(options)).as(err.toString()).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... options) {
        return new CommandLine(new RealmCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(options);
    }

    private static String claim(JsonNode client, String name) {
        return named(client.path("protocolMappers"), name)
                .at("/config/claim.value")
                .asText();
    }

    private static JsonNode client(JsonNode realm, String id) {
        return stream(realm.path("clients"))
                .filter(it -> it.path("clientId").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode named(JsonNode list, String name) {
        return stream(list)
                .filter(it -> it.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
