package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DocumentReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

/** The bytes of one attachment are read and written where they belong, without the resource around them. */
class BinaryOperationsIT {

    private static final String FIRST = "?path=DocumentReference.content%5B0%5D.attachment";
    private static final String ONLY = "?path=DocumentReference.content.attachment";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final byte[] pdf = Records.pdf(200_000);
    private String path;

    @BeforeEach
    void createDocument() {
        String patient = "Patient/"
                + client.create(Records.patient("Anhang")).getIdElement().getIdPart();
        path = "/DocumentReference/"
                + client.create(Records.document(patient, pdf)).getIdElement().getIdPart();
    }

    @Test
    void readGivesTheBytesAndPartsOfThem() {
        Answer whole = client.get(path + "/$binary-access-read" + FIRST);
        assertThat(whole.status()).as(whole.text()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(pdf);
        assertThat(whole.header("Content-Disposition")).isEqualTo("attachment");

        Answer part = client.get(path + "/$binary-access-read" + ONLY, "Range", "bytes=0-7");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("%PDF-1.7");
        assertThat(client.get(path + "/$binary-access-read" + ONLY, "If-None-Match", whole.header("ETag"))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void smallAttachmentsAreReadTheSameWay() {
        write(path, Records.pdf(20));
        DocumentReference small = client.get(path).resource(DocumentReference.class);
        byte[] content = Records.pdf(30);
        small.getContentFirstRep().getAttachment().setUrl(null).setData(content);
        small.getContentFirstRep().getAttachment().setHash(null).setSizeElement(null);
        assertThat(client.put(path, small).status()).isEqualTo(200);

        Answer part = client.get(path + "/$binary-access-read" + ONLY, "Range", "bytes=2-5");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 2, 6));
    }

    @Test
    void writeMakesANewVersionWithTheNewBytes() {
        byte[] newer = new byte[100_000];
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, 0, newer, 0, 8);
        Answer answer = write(path, newer);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        DocumentReference shown = answer.resource(DocumentReference.class);
        assertThat(shown.getMeta().getVersionId()).isEqualTo("2");
        assertThat(shown.getContentFirstRep().getAttachment().getContentType()).isEqualTo("image/png");
        assertThat(shown.getContentFirstRep().getAttachment().getSize()).isEqualTo(newer.length);
        assertThat(client.get(shown.getContentFirstRep().getAttachment().getUrl())
                        .body())
                .isEqualTo(newer);
        assertThat(client.get(path + "/_history/1?_inlineAttachments=true")
                        .resource(DocumentReference.class)
                        .getContentFirstRep()
                        .getAttachment()
                        .getData())
                .isEqualTo(pdf);
    }

    @Test
    void writeOverAnOldVersionIsRefused() {
        Answer answer = write(path, Records.pdf(10), "If-Match", "W/\"9\"");

        assertThat(answer.status()).isEqualTo(412);
        assertThat(client.get(path).header("ETag")).isEqualTo("W/\"1\"");
    }

    @Test
    void pathThatNamesNoAttachmentIsRefusedAndSaysWhy() {
        assertThat(client.get(path + "/$binary-access-read").status()).isEqualTo(400);
        assertThat(client.get(path + "/$binary-access-read?path=Patient.photo").diagnostics())
                .contains("DocumentReference");
        assertThat(client.get(path + "/$binary-access-read?path=DocumentReference.content%5B3%5D.attachment")
                        .status())
                .isEqualTo(400);
        assertThat(client.get(path + "/$binary-access-read?path=DocumentReference.status")
                        .status())
                .isEqualTo(404);
        assertThat(client.get("/DocumentReference/nobody/$binary-access-read" + ONLY)
                        .status())
                .isEqualTo(404);
    }

    private Answer write(String path, byte[] content, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "image/png";
        return client.send("POST", path + "/$binary-access-write" + ONLY, BodyPublishers.ofByteArray(content), all);
    }
}
