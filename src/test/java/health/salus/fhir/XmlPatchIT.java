package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** XML Patch (RFC 5261) as https://hl7.org/fhir/R4/http.html#patch has it. */
class XmlPatchIT {

    private static final String TYPE = "application/xml-patch+xml";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Vorher")).getIdElement().getIdPart();
    }

    @Test
    void patchChangesWhatItSelects() {
        Answer answer = patch(
                "<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"f:Patient/f:name/f:family/@value\">Nachher</replace></diff>");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(patient().getNameFirstRep().getFamily()).isEqualTo("Nachher");
        assertThat(patient().getIdElement().getVersionIdPart()).isEqualTo("2");
    }

    @Test
    void patchThatReadsAFileOfTheServerIsRefused(@TempDir Path directory) throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "the-secret-of-the-server");
        String patch = reading(secret);

        Answer alone = patch(patch);
        Answer bundled = client.post("/", transaction(patch));

        for (Answer answer : new Answer[] {alone, bundled}) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.text()).contains("DOCTYPE").doesNotContain("the-secret-of-the-server");
        }
        assertThat(client.get("/" + patient).text()).doesNotContain("the-secret-of-the-server");
        assertThat(patient().getIdElement().getVersionIdPart()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f:Patient[document('http://127.0.0.1:%d/')]",
                "f:Patient[document(concat('http://127.0.0.1:','%d','/'))]",
                "f:Patient[evaluate(concat('docu','ment(&quot;http://127.0.0.1:%d/&quot;)'))]",
                "f:Patient/f:name[f:family/@value=string(document('http://127.0.0.1:%d/'))]"
            })
    void patchThatLetsTheServerFetchSomethingIsRefused(String selector) throws Exception {
        try (ServerSocket neighbour = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            neighbour.setSoTimeout(300);

            Answer answer = patch("<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\""
                    + selector.formatted(neighbour.getLocalPort()) + "\"/></diff>");

            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(neighbour::accept);
        }
    }

    @Test
    void valuesMayHaveEveryCharacter() {
        Answer answer = patch("<diff xmlns:f=\"http://hl7.org/fhir\">"
                + "<add sel=\"f:Patient/f:name[f:family/@value='Vorher']\"><f:text value=\"a\"/></add>"
                + "<replace sel=\"f:Patient/f:name[not-there/@value='//(::)']/f:family/@value\">x</replace></diff>");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("cannot be applied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "<diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"f:Patient/f:photo\"/></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"][\"/></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\"//f:name\"/></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\"f:Patient/descendant::f:name\"/></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\"f:Patient\"/></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><add sel=\"f:Patient\"><f:nothing/></add></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><invent sel=\"f:Patient\"/></diff>"
            })
    void patchThatCannotBeAppliedIsRefused(String patch) {
        Answer answer = patch(patch);

        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
        assertThat(answer.text()).contains("OperationOutcome");
        assertThat(patient().getIdElement().getVersionIdPart()).isEqualTo("1");
    }

    private static String reading(Path file) {
        return """
                <!DOCTYPE diff [<!ENTITY secret SYSTEM "%s">]>
                <diff xmlns:f="http://hl7.org/fhir"><add sel="f:Patient/f:name" pos="before"><f:text><f:status value="additional"/>\
                <div xmlns="http://www.w3.org/1999/xhtml">&secret;</div></f:text></add></diff>
                """.formatted(file.toUri());
    }

    private Bundle transaction(String patch) {
        Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
        bundle.addEntry()
                .setResource(new Binary().setContentType(TYPE).setData(patch.getBytes(StandardCharsets.UTF_8)))
                .getRequest()
                .setMethod(HTTPVerb.PATCH)
                .setUrl(patient);
        return bundle;
    }

    private Answer patch(String body) {
        return client.send("PATCH", "/" + patient, BodyPublishers.ofString(body), "Content-Type", TYPE);
    }

    private Patient patient() {
        return client.get("/" + patient).resource(Patient.class);
    }
}
