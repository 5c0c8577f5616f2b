package health.salus.fhir;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;

import static org.assertj.core.api.Assertions.assertThat;

/** What a file names as its security context is there, and is something that its writer may read. */
class SecurityContextIT {

    private static final byte[] CONTENT = Records.pdf(1000);

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private String patient;

    @BeforeEach
    void createPatient() {
        patient = "Patient/"
                + client.create(Records.patient("Bezug")).getIdElement().getIdPart();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Foo/1",
                "///",
                "Patient/",
                "Patient",
                "Patient/does-not-exist",
                "Patient?name=Bezug",
                "#contained",
                "urn:uuid:7f5ed3d0-0f6c-4e5c-9d1f-0c8b3a1f2e4d",
                "https://elsewhere.example/fhir/Patient/1",
                "Patient/../Practitioner/1"
            })
    void whatIsNoResourceOfThisServerIsRefusedWhereverItIsSaid(String context) {
        long before = blobs();
        Answer raw = raw("/Binary", "X-Security-Context", context);
        Answer put = client.send(
                "PUT",
                "/Binary/no-context",
                BodyPublishers.ofByteArray(CONTENT),
                "X-Security-Context",
                context,
                "Content-Type",
                "application/pdf");
        assertThat(raw.status()).as(raw.text()).isEqualTo(422);
        assertThat(raw.diagnostics()).contains("Type/id");
        assertThat(put.status()).isEqualTo(422);
        assertThat(client.get("/Binary/no-context").status()).isEqualTo(404);
        // The check comes before the file.
        assertThat(blobs()).isEqualTo(before);

        assertThat(client.post("/Binary", binary(context)).status()).isBetween(400, 422);
        assertThat(client.post("/Binary/$start-upload", announcement(context)).status())
                .isEqualTo(422);
    }

    @Test
    void whatTheWriterMayNotReadIsAsGoodAsNotThere() {
        FhirClient scanner = FhirClient.withToken(
                server.fhirBase(), new TestTokens(server).of(Role.SYSTEM, null, "system/Binary.cruds"));

        Answer hidden = scanner.post("/Binary", binary(patient));
        Answer absent = scanner.post("/Binary", binary("Patient/does-not-exist"));
        assertThat(hidden.status()).isEqualTo(422);
        assertThat(hidden.diagnostics()).isEqualTo(absent.diagnostics());
        assertThat(scanner.post("/Binary/$start-upload", announcement(patient)).status())
                .isEqualTo(422);
        assertThat(scanner.post(
                                "/Binary",
                                new Binary().setContentType("application/pdf").setData(CONTENT))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void absoluteReferenceToThisServerIsKeptWithoutItsAddress() {
        String absolute = server.fhirBase() + "/" + patient;

        assertThat(contextOf(raw("/Binary", "X-Security-Context", absolute).header("Location")))
                .isEqualTo(patient);
        assertThat(contextOf(client.post("/Binary", binary(absolute)).header("Location")))
                .isEqualTo(patient);
        assertThat(client.post("/Binary/$start-upload", announcement(absolute)).status())
                .isEqualTo(200);
    }

    @Test
    void contextMayComeInTheSameTransaction() {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        String url = "urn:uuid:0b0e5f9e-63a5-4b6a-8a5e-2d6a3f1f7f01";
        transaction
                .addEntry()
                .setFullUrl(url)
                .setResource(Records.patient("Bezug"))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Patient");
        transaction
                .addEntry()
                .setResource(binary(url))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Binary");

        Answer answer = client.post("/", transaction);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Bundle response = answer.resource(Bundle.class);
        String stored = response.getEntry().get(0).getResponse().getLocation().replaceAll("/_history.*", "");
        String file = response.getEntry().get(1).getResponse().getLocation().replaceAll("/_history.*", "");
        assertThat(contextOf("/" + file)).isEqualTo(stored);
    }

    @Test
    void fileOutlivesItsContextAndCanStillBeReplaced() {
        String url = raw("/Binary", "X-Security-Context", patient).header("Location");
        String path = "/Binary/" + url.replaceAll(".*/Binary/([^/]*).*", "$1");
        assertThat(client.delete("/" + patient).status()).isLessThan(300);
        Binary binary = client.get(path, "Accept", "application/fhir+json").resource(Binary.class);
        binary.setData(Records.pdf(2000));

        Answer replaced = client.put(path, binary);
        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        assertThat(client.get(path).body()).isEqualTo(binary.getData());
    }

    @Test
    void contextIsCheckedWhenAPatchBringsIt() {
        String path = "/Binary/" + client.create(binary(patient)).getIdElement().getIdPart();
        Answer patched =
                client.send("PATCH", path, BodyPublishers.ofString("""
                        [{"op":"replace","path":"/securityContext/reference","value":"Patient/does-not-exist"}]"""), "Content-Type", "application/json-patch+json");

        assertThat(patched.status()).as(patched.text()).isEqualTo(422);
        assertThat(contextOf(path)).isEqualTo(patient);
    }

    private Answer raw(String path, String... headers) {
        return client.send(
                "POST",
                path,
                BodyPublishers.ofByteArray(CONTENT),
                headers[0],
                headers[1],
                "Content-Type",
                "application/pdf");
    }

    private static Binary binary(String context) {
        Binary binary = new Binary().setContentType("application/pdf").setData(CONTENT);
        binary.setSecurityContext(new Reference(context));
        return binary;
    }

    private static Parameters announcement(String context) {
        Parameters announcement = new Parameters();
        announcement.addParameter("contentType", "application/pdf");
        announcement.addParameter("size", new DecimalType(10));
        announcement.addParameter("sha256", "a".repeat(64));
        announcement.addParameter("securityContext", new Reference(context));
        return announcement;
    }

    private String contextOf(String path) {
        return client.get(path, "Accept", "application/fhir+json")
                .resource(Binary.class)
                .getSecurityContext()
                .getReference();
    }

    private long blobs() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_blob")
                .query(Long.class)
                .single();
    }
}
