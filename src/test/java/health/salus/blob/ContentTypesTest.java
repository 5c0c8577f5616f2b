package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which content may come in: what is declared, what the first bytes say, and which lists apply. */
class ContentTypesTest {

    private static final TenantId NORTH = new TenantId("north");
    private static final TenantId SOUTH = new TenantId("south");
    private static final String PDF = "%PDF-1.7\n";
    private static final String PNG = "\u0089PNG\r\n\u001a\n";
    private static final String JPEG = "\u00ff\u00d8\u00ff\u00e0\u0000\u0010JFIF";
    private static final String PROGRAM = "MZ\u0090\u0000\u0003\u0000\u0000\u0000" + "\u0000".repeat(56);

    private final ContentTypes types = types(Map.of());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/pdf                    | %PDF-1.7
                    application/x-pdf                  | %PDF-1.7
                    text/plain                         | Befund: unauffällig
                    TEXT/Plain; charset=utf-8          | Befund: unauffällig
                    text/plain                         | <?xml version="1.0"?><a/>
                    text/csv                           | a,b,c
                    text/html                          | <?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>
                    application/xml                    | <ClinicalDocument xmlns="urn:hl7-org:v3"/>
                    text/xml                           | <?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>
                    application/hl7-cda+xml            | <?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>
                    application/json                   | {"resourceType":"Patient"}
                    application/fhir+json              | {"resourceType":"Patient"}
                    application/hl7-v2                 | MSH|^~\\&|LAB
                    application/rtf                    | {\\rtf1 Arztbrief}
                    text/rtf                           | {\\rtf1 Arztbrief}
                    image/svg+xml                      | <svg xmlns="http://www.w3.org/2000/svg"/>
                    application/octet-stream           | %PDF-1.7
                    application/octet-stream           | some text
                    """)
    void contentOfItsTypeIsTaken(String declared, String content) {
        assertThatCode(() -> require(declared, content)).doesNotThrowAnyException();
    }

    @Test
    void manyNamesOfPicturesFilmsAndOfficeFilesAreTaken() {
        String zip = "PK\u0003\u0004\u0014\u0000\u0006\u0000";
        String word = "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1";
        String dicom = "\u0000".repeat(128) + "DICM\u0002\u0000\u0000\u0000UL";
        Map.of(
                        "image/jpg", JPEG,
                        "image/pjpeg", JPEG,
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", zip,
                        "application/vnd.oasis.opendocument.text", zip,
                        "application/msword", word,
                        "application/dicom", dicom,
                        "audio/mp4", "\u0000\u0000\u0000\u0018ftypmp42",
                        "video/webm", "\u001aE\u00df\u00a3",
                        "audio/wav", "RIFF\u0000\u0000\u0000\u0000WAVEfmt ",
                        "audio/mp3", "ID3\u0003\u0000")
                .forEach((declared, content) -> assertThatCode(() -> require(declared, content))
                        .as(declared)
                        .doesNotThrowAnyException());
    }

    @Test
    void contentThatNobodyKnowsIsTakenAsDeclared() {
        String noise = "\u0000\u0001\u0002\u00f7\u00fe\u0003\u0004\u0099";

        assertThatCode(() -> require("video/mp4", noise)).doesNotThrowAnyException();
        assertThatCode(() -> require("application/octet-stream", noise)).doesNotThrowAnyException();
        assertThatCode(() -> require("application/pdf", "")).doesNotThrowAnyException();
    }

    @Test
    void whatBeginsLikeNothingIsNoneOfTheTypesThatBeginAlike() {
        String noise = "\u0000\u0001\u0002\u00f7\u00fe\u0003\u0004\u0099";
        refused("application/pdf", noise);
        refused("application/x-pdf", noise);
        refused("image/png", noise);
        refused("image/jpg", noise);
        refused("image/gif", noise);
        // Other programs put a few bytes before.
        assertThatCode(() -> require("application/pdf", "\r\n" + PDF + noise)).doesNotThrowAnyException();
    }

    @Test
    void plainTextHasNoSignatureThatCouldContradict() {
        // The official examples of FHIR R4 have such.
        assertThatCode(() -> require("application/pdf", "just a text")).doesNotThrowAnyException();
        assertThatCode(() -> require("audio/mpeg", "dG9vIGJpZw==")).doesNotThrowAnyException();
    }

    @Test
    void contentOfAnotherTypeIsRefusedWithBothNames() {
        assertThatExceptionOfType(ContentRefusedException.class)
                .isThrownBy(() -> require("image/png", PDF))
                .withMessageContaining("image/png")
                .withMessageContaining("application/pdf")
                .withMessageContaining("DocumentReference");
        refused("application/pdf", PNG);
        refused("image/png", JPEG);
        refused("image/png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>");
        refused("image/jpg", PDF);
        refused("application/dicom", "<html><script>alert(1)</script></html>");
        refused("text/plain", PNG);
        refused("application/json", PROGRAM);
    }

    @Test
    void programsAreRefusedUnderWhateverName() {
        refused("application/octet-stream", PROGRAM);
        refused("application/vnd.ms-excel", PROGRAM);
        refused("application/octet-stream", "\u007fELF\u0002\u0001\u0001\u0000");
        refused("application/x-msdownload", PROGRAM);
        refused("application/java-archive", "PK\u0003\u0004");
    }

    @Test
    void whatIsNoMediaTypeIsRefused() {
        refused("pdf", PDF);
        refused("", PDF);
    }

    @Test
    void closestListAloneDecides() {
        ContentTypes listed = types(Map.of(
                "salus.blob.types.allowed", "application/pdf,image/*",
                "salus.blob.types.categories.patient", "image/png",
                "salus.blob.types.tenants.north.allowed", "application/pdf",
                "salus.blob.types.tenants.north.categories.Media", "video/*"));

        assertThat(takes(listed, SOUTH, "DocumentReference", "image/jpeg")).isTrue();
        assertThat(takes(listed, SOUTH, "DocumentReference", "text/plain")).isFalse();
        assertThat(takes(listed, SOUTH, "Patient", "image/png")).isTrue();
        assertThat(takes(listed, SOUTH, "Patient", "image/jpeg")).isFalse();
        assertThat(takes(listed, NORTH, "Patient", "image/png")).isFalse();
        assertThat(takes(listed, NORTH, "Patient", "application/pdf")).isTrue();
        assertThat(takes(listed, NORTH, "Media", "video/mp4")).isTrue();
        assertThat(takes(listed, NORTH, "Media", "application/pdf")).isFalse();
    }

    @Test
    void listsAreSettableByTheEnvironmentToo() {
        ContentTypes listed = types(Map.of("salus.blob.types.categories.documentreference", "application/pdf"));

        assertThat(takes(listed, NORTH, "DocumentReference", "image/png")).isFalse();
        assertThat(takes(listed, NORTH, "Binary", "image/png")).isTrue();
    }

    @Test
    void streamedContentKeepsItsFirstBytes() throws Exception {
        byte[] content = new byte[100_000];
        Arrays.fill(content, (byte) 'x');

        InputStream checked = types.require(NORTH, "Binary", "text/plain", new ByteArrayInputStream(content));

        assertThat(checked.readAllBytes()).isEqualTo(content);
    }

    @Test
    void streamOfATypeThatIsNotAllowedIsNotRead() throws Exception {
        ByteArrayInputStream content = new ByteArrayInputStream(new byte[10]);

        assertThatExceptionOfType(ContentRefusedException.class)
                .isThrownBy(() -> types.require(NORTH, "Binary", "application/x-msdownload", content));
        assertThat(content.available()).isEqualTo(10);
    }

    private void refused(String declared, String content) {
        assertThatExceptionOfType(ContentRefusedException.class)
                .as(declared)
                .isThrownBy(() -> require(declared, content));
    }

    private void require(String declared, String content) {
        types.require(NORTH, "DocumentReference", declared, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean takes(ContentTypes types, TenantId tenant, String category, String declared) {
        try {
            types.require(tenant, category, declared);
            return true;
        } catch (ContentRefusedException e) {
            return false;
        }
    }

    private static ContentTypes types(Map<String, String> properties) {
        return new ContentTypes(Catalog.settings(properties));
    }
}
