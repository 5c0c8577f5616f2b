package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Each mistake of a client gets the right status and a sentence that helps. */
class BadInputIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void malformedJsonIs400() {
        assertThat(post("/Patient", "{\"resourceType\":\"Patient\", x", "application/fhir+json"))
                .satisfies(isAnswered(400, "JSON"));
    }

    @Test
    void unknownElementValueIs400() {
        assertThat(post("/Patient", "{\"resourceType\":\"Patient\",\"gender\":\"sideways\"}", "application/fhir+json"))
                .satisfies(isAnswered(400, "sideways"));
    }

    @Test
    void resourceOfAnotherTypeThanTheUrlSaysIs400() {
        assertThat(post("/Patient", "{\"resourceType\":\"Observation\"}", "application/fhir+json"))
                .satisfies(isAnswered(400, "Observation"));
    }

    @Test
    void unknownResourceTypeIs404() {
        assertThat(client.get("/Foo/1")).satisfies(isAnswered(404, "Foo"));
    }

    @Test
    void unknownTenantIs401BecauseNoTokenIsForIt() {
        assertThat(FhirClient.withToken(server.fhirBase(), client.token().orElseThrow())
                        .get("/nowhere/Patient/1")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void wrongContentTypeIs415() {
        assertThat(post("/Patient", "family=Muster", "text/plain")).satisfies(isAnswered(415, "application/fhir+json"));
    }

    @Test
    void unknownSearchParameterIs400() {
        assertThat(client.get("/Patient?shoe-size=42")).satisfies(isAnswered(400, "shoe-size"));
    }

    @Test
    void bundleWithTooManyEntriesIs413() {
        Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (int i = 0; i < 10_001; i++) {
            bundle.addEntry()
                    .setResource(Records.patient("Viel"))
                    .getRequest()
                    .setMethod(Bundle.HTTPVerb.POST)
                    .setUrl("Patient");
        }
        assertThat(client.post("/", bundle)).satisfies(isAnswered(413, "10000"));
    }

    @Test
    void bodyOverTheLimitIs413EvenIfItDoesNotSayItsLength() {
        byte[] large = new byte[101 * 1024 * 1024];
        Arrays.fill(large, (byte) ' ');
        Answer answer = client.send(
                "POST",
                "/Binary",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                "Content-Type",
                "application/fhir+json");
        assertThat(answer).satisfies(isAnswered(413, "max-request-size"));
    }

    @Test
    void numberThatTakesMinutesToWriteOutIs400() {
        String observation = """
                {"resourceType":"Observation","status":"final","code":{"text":"1e999 \\\" 1e999"},
                 "valueQuantity":{"value":%s}}
                """;

        assertThat(post("/Observation", observation.formatted("1e99999999"), "application/fhir+json"))
                .satisfies(isAnswered(400, "exponent"));
        assertThat(post("/Observation", observation.formatted("-1.5E-999"), "application/fhir+json"))
                .satisfies(isAnswered(400, "exponent"));
        assertThat(post("/Observation", observation.formatted("1.5e-9"), "application/fhir+json")
                        .status())
                .isEqualTo(201);
        assertThat(client.get("/Observation?value-quantity=1e999999999")).satisfies(isAnswered(400, "exponent"));
    }

    @Test
    void searchThatAsksForTooMuchAtOnceIs400() {
        assertThat(client.get("/Patient?" + "name=a&".repeat(101))).satisfies(isAnswered(400, "100"));
        assertThat(client.get("/Patient?name=%00")).satisfies(isAnswered(400, "NUL"));
    }

    @Test
    void smallBodyThatUnpacksToALargeOneIs413() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            byte[] spaces = new byte[1024 * 1024];
            Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 101; i++) {
                zip.write(spaces);
            }
        }
        assertThat(client.send(
                        "POST",
                        "/Patient",
                        BodyPublishers.ofByteArray(packed.toByteArray()),
                        "Content-Type",
                        "application/fhir+json",
                        "Content-Encoding",
                        "gzip"))
                .satisfies(isAnswered(413, "max-request-size"));
    }

    @Test
    void packedBodyIsRead() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write("{\"resourceType\":\"Patient\"}".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(client.send(
                                "POST",
                                "/Patient",
                                BodyPublishers.ofByteArray(packed.toByteArray()),
                                "Content-Type",
                                "application/fhir+json",
                                "Content-Encoding",
                                "gzip")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void referenceToAnUnknownIdIsRefused() {
        assertThat(client.post("/Observation", Records.observation("Patient/nobody-knows")))
                .satisfies(isAnswered(400, "Patient/nobody-knows"));
    }

    @Test
    void everyAnswerCarriesTheRequestId() {
        assertThat(client.get("/Patient?family=x", "X-Request-ID", "from-the-client")
                        .header("X-Request-ID"))
                .isEqualTo("from-the-client");
        assertThat(client.get("/Patient?family=x", "X-Request-ID", "not acceptable!")
                        .header("X-Request-ID"))
                .matches("[0-9a-f-]{36}");
    }

    private Answer post(String path, String body, String contentType) {
        return client.send("POST", path, BodyPublishers.ofString(body), "Content-Type", contentType);
    }

    private static Consumer<Answer> isAnswered(int status, String hint) {
        return answer -> {
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(answer.resource(OperationOutcome.class)
                            .getIssueFirstRep()
                            .getSeverity())
                    .isEqualTo(OperationOutcome.IssueSeverity.ERROR);
            assertThat(answer.diagnostics()).contains(hint);
        };
    }
}
