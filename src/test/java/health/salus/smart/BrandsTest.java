package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server takes brands that are as the specification has them and that lead nobody astray, or it does not start. */
class BrandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    @TempDir
    private Path folder;

    @Test
    void goodBrandsAreTakenWithTheFirstAsThePrimaryOne() throws IOException {
        BrandBundle bundle = brands(good()).of(new TenantId("north")).orElseThrow();

        assertThat(bundle.identifier())
                .isEqualTo(new BrandBundle.Identifier("urn:ietf:rfc:3986", "https://clinic.example.org"));
        assertThat(bundle.eTag()).startsWith("W/\"");
        JsonNode served = JSON.readTree(bundle.json());
        assertThat(served).isEqualTo(good());
    }

    @Test
    void withoutAFolderThereAreNone() {
        Brands none = new Brands(new BrandSettings(null), new FhirBases("https://salus.test"));

        assertThat(none.of(TenantId.DEFAULT)).isEmpty();
    }

    @Test
    void aTenantWithoutAFileHasNone() throws IOException {
        assertThat(brands(good()).of(TenantId.DEFAULT)).isEmpty();
    }

    @Test
    void brandsOfOneTenantAreNotTakenForThoseOfAnother() throws IOException {
        Files.writeString(folder.resolve("south.json"), JSON.writeValueAsString(good()));

        assertThatThrownBy(() -> load()).hasMessageContaining("https://salus.test/fhir/south");
    }

    /** What is wrong with the brands. */
    private enum Flaw {
        TYPE(it -> it.put("type", "searchset")),
        NO_TIMESTAMP(it -> it.remove("timestamp")),
        UNKNOWN_ELEMENT(it -> it.put("madeUp", 1)),
        NO_BRANDS(it -> it.remove("entry")),
        PATIENT(it -> resource(it, 1).put("resourceType", "Patient").remove("name")),
        NO_ID(it -> {
            resource(it, 1).remove("id");
            ((ObjectNode) it.at("/entry/1")).remove("fullUrl");
        }),
        SAME_ID(it -> resource(it, 1).put("id", "clinic")),
        NO_NAME(it -> resource(it, 1).remove("name")),
        NO_WEBSITE(it -> resource(it, 0).remove("telecom")),
        OTHER_REASON(
                it -> ((ObjectNode) resource(it, 1).at("/telecom/0/_value/extension/0")).put("valueCode", "masked")),
        REASON_ELSEWHERE(it -> resource(it, 0)
                .set(
                        "_name",
                        JSON.createObjectNode()
                                .set(
                                        "extension",
                                        JSON.createArrayNode()
                                                .add(JSON.createObjectNode()
                                                        .put("url", NAME)
                                                        .put("valueCode", "unknown"))))),
        NO_IDENTIFIER(it -> resource(it, 0).remove("identifier")),
        SAME_IDENTIFIER(
                it -> ((ObjectNode) resource(it, 1).at("/identifier/0")).put("value", "https://clinic.example.org")),
        UNKNOWN_ENDPOINT(
                it -> ((ArrayNode) resource(it, 0).get("endpoint")).addObject().put("reference", "Endpoint/other")),
        ENDPOINT_OF_NOBODY(it -> resource(it, 0).remove("endpoint")),
        PORTAL_WITH_ANOTHER_ENDPOINT(it -> ((ObjectNode) resource(it, 0).at("/extension/1/extension/4/valueReference"))
                .put("reference", "Endpoint/other")),
        UNKNOWN_PARENT(it -> ((ObjectNode) resource(it, 1).get("partOf")).put("reference", "Organization/other")),
        TOO_DEEP(it -> resource(it, 0).set("partOf", JSON.createObjectNode().put("reference", "Organization/eyes"))),
        NO_STATUS(it -> resource(it, 2).remove("status")),
        OTHER_PROTOCOL(it -> ((ObjectNode) resource(it, 2).get("connectionType")).put("code", "dicom-wado-rs")),
        NO_VERSION(it -> resource(it, 2).remove("extension")),
        NO_CONTACT(it -> resource(it, 2).remove("contact")),
        NO_PAYLOAD(it -> resource(it, 2).remove("payloadType")),
        ANOTHER_SERVER(it -> resource(it, 2).put("address", "https://evil.example/fhir")),
        NARRATIVE(it -> resource(it, 0)
                .set(
                        "text",
                        JSON.createObjectNode()
                                .put("status", "generated")
                                .put("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"))),
        MARKUP(it -> resource(it, 0).put("name", "<img src=x onerror=alert(1)>")),
        MARKUP_IN_MARKDOWN(it -> ((ObjectNode) resource(it, 0).at("/extension/1/extension/1"))
                .put("valueMarkdown", "x <script>alert(1)</script>")),
        ANOTHER_TYPE_OF_LINK(it -> {
            ObjectNode logo = (ObjectNode) resource(it, 0).at("/extension/0/extension/0");
            logo.remove("valueUrl");
            logo.put("valueUri", "https://clinic.example.org/logo.svg");
        });

        private final Consumer<ObjectNode> make;

        Flaw(Consumer<ObjectNode> make) {
            this.make = make;
        }
    }

    @ParameterizedTest
    @EnumSource
    void brandsWithAFlawKeepTheServerFromStarting(Flaw flaw) throws IOException {
        ObjectNode bundle = good();
        flaw.make.accept(bundle);

        assertThatThrownBy(() -> brands(bundle))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("north.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "http://clinic.example.org/logo.svg",
                "data:image/svg+xml;base64,PHN2Zz4=",
                "data:text/html;base64,PHA+",
                "data:image/png;base64,\"><script>",
                "//clinic.example.org/logo.svg",
                "https://user@clinic.example.org/",
                "https:clinic",
                "ftp://clinic.example.org/logo.png",
                "https://clinic example.org"
            })
    void linksLeadToSafePlacesOnly(String address) throws IOException {
        for (String place : new String[] {"/extension/0/extension/0", "/extension/1/extension/2"}) {
            ObjectNode bundle = good();
            ((ObjectNode) resource(bundle, 0).at(place)).put("valueUrl", address);
            assertThatThrownBy(() -> brands(bundle)).isInstanceOf(IllegalStateException.class);
        }
        ObjectNode bundle = good();
        ((ObjectNode) resource(bundle, 0).at("/telecom/0")).put("value", address);
        assertThatThrownBy(() -> brands(bundle)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFileThatIsTooLargeOrNoJsonOrOfNoTenantKeepsTheServerFromStarting() throws IOException {
        Files.writeString(folder.resolve("north.json"), " ".repeat(1024 * 1024 + 1));
        assertThatThrownBy(this::load).hasMessageContaining("1 MB");
        Files.writeString(folder.resolve("north.json"), "{");
        assertThatThrownBy(this::load).hasMessageContaining("no Bundle");
        Files.writeString(folder.resolve("north.json"), "{\"resourceType\":\"Patient\"}");
        assertThatThrownBy(this::load).hasMessageContaining("no Bundle");
        Files.delete(folder.resolve("north.json"));
        Files.writeString(folder.resolve("North.json"), "{}");
        assertThatThrownBy(this::load).hasMessageContaining("that of a tenant");
    }

    private Brands brands(JsonNode bundle) throws IOException {
        Files.writeString(folder.resolve("north.json"), JSON.writeValueAsString(bundle));
        return load();
    }

    private Brands load() {
        return new Brands(new BrandSettings(folder), new FhirBases("https://salus.test"));
    }

    private static ObjectNode resource(ObjectNode bundle, int entry) {
        return (ObjectNode) bundle.at("/entry/" + entry + "/resource");
    }

    static ObjectNode good() throws IOException {
        try (InputStream file = BrandsTest.class.getResourceAsStream("/brands/clinic.json")) {
            return (ObjectNode) JSON.readTree(file);
        }
    }
}
