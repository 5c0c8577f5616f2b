package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/** Headers, addresses and parameters of requests, and what becomes of those that say nothing sensible. */
class RequestSyntaxIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final Patient patient = client.create(Records.patient("Satzbau"));
    private final String path = "/Patient/" + patient.getIdElement().getIdPart();

    @ParameterizedTest
    @CsvSource({
        "/Patient?_offset=-1, _offset",
        "/Patient?_count=-1, _count",
        "/Patient?_summary=foo, _summary",
        "/Patient?_total=foo, _total",
        "/Patient?_filter=foo, _filter",
        "/Patient?_foo=1, _foo",
        "/Patient?name:foo=1, :foo",
        "/Observation?code:exact=1, :exact",
        "/Observation?date:exact=2020, :exact",
        "/Observation?subject:Foo=1, Foo",
        "/Location?near=foo, near",
        "/Observation/$lastn?max=x, max",
    })
    void parametersThatCannotBeUnderstoodAre400(String query, String hint) {
        Answer answer = client.get(query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).contains(hint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/fhir/Patient?name=%zz",
                "/fhir/Patient?name=%00",
                "/oauth2/authorize?client_id=demo-app%00",
                "/actuator/../fhir/Patient/x",
                "/ui/..;/fhir/Patient/x",
                "/fhir/./Patient/x"
            })
    void addressesThatNothingCanBeMadeOfAre400(String address) throws IOException {
        URI base = URI.create(server.fhirBase());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            String request =
                    "GET " + address + " HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("X-Request-ID", "OperationOutcome");
        }
    }

    @Test
    void lenientHandlingIgnoresUnknownParametersAndSaysSoInTheSelfLink() {
        Answer answer = client.get("/Patient?family=Satzbau&shoe-size=42", "Prefer", "handling=lenient");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.resource(Bundle.class).getLink("self").getUrl())
                .contains("family=Satzbau")
                .doesNotContain("shoe-size");
        assertThat(client.get("/Patient?_foo=1", "Prefer", "handling=lenient").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "W/\"foo\"", "W/\"99999999999999999999\""})
    void ifMatchThatNamesNoVersionIs400(String ifMatch) {
        assertThat(client.put(path, patient, "If-Match", ifMatch).status()).isEqualTo(400);
        assertThat(delete("If-Match", ifMatch).status()).isEqualTo(400);
        assertThat(patch("If-Match", ifMatch).status()).isEqualTo(400);
    }

    @Test
    void ifMatchWithAnotherVersionIs412AndChangesNothing() {
        assertThat(client.put(path, patient, "If-Match", "W/\"9\"").status()).isEqualTo(412);
        assertThat(delete("If-Match", "W/\"9\"").status()).isEqualTo(412);
        assertThat(patch("If-Match", "W/\"9\"").status()).isEqualTo(412);

        assertThat(client.get(path).header("ETag")).isEqualTo("W/\"1\"");
        assertThat(delete("If-Match", "W/\"1\"").status()).isIn(200, 204);
        assertThat(client.get(path).status()).isEqualTo(410);
    }

    @Test
    void conditionalReadIs304ForWhoKnowsTheResource() {
        Answer answer = client.get(path);

        assertThat(client.get(path, "If-None-Match", answer.header("ETag")).status())
                .isEqualTo(304);
        assertThat(client.get(path, "If-None-Match", "W/\"9\"").status()).isEqualTo(200);
        assertThat(client.get(path, "If-Modified-Since", answer.header("Last-Modified"))
                        .status())
                .isEqualTo(304);
        assertThat(client.get(path, "If-Modified-Since", "Fri, 02 Jan 2026 10:30:00 GMT")
                        .status())
                .isEqualTo(200);
        assertThat(client.get(path, "If-Modified-Since", "x").status()).isEqualTo(400);
    }

    @Test
    void versionThatNoResourceReachesIs404() {
        assertThat(client.get(path + "/_history/99999999999999999999").status()).isEqualTo(404);
        assertThat(client.get(path + "/_history/9").status()).isEqualTo(404);
    }

    @Test
    void doubledSlashesAreNoFault() {
        assertThat(client.get(server.url("//fhir" + path).toString()).status()).isIn(400, 404);
        assertThat(client.get(server.fhirBase() + "/" + path).status()).isIn(400, 404);
    }

    @Test
    void formatThatFhirDoesNotHaveIs406() {
        assertThat(client.get(path, "Accept", "image/png").status()).isEqualTo(406);
        assertThat(client.get(path + "?_format=png").status()).isEqualTo(406);
        assertThat(client.get(path, "Accept", "image/png, */*;q=0.1").status()).isEqualTo(200);
        assertThat(client.get(path, "Accept", "application/fhir+xml").header("Content-Type"))
                .startsWith("application/fhir+xml");
        assertThat(client.get(path + "?_format=xml").header("Content-Type")).startsWith("application/fhir+xml");
        assertThat(client.get(path + "?_format=application/fhir+json").header("Content-Type"))
                .startsWith("application/fhir+json");
        assertThat(client.get(path, "Accept", "text/turtle").header("Content-Type"))
                .startsWith("text/turtle");
    }

    @Test
    void refusalsAreOperationOutcomes() {
        assertThat(client.put(path, patient, "If-Match", "foo")
                        .resource(OperationOutcome.class)
                        .getIssueFirstRep()
                        .getDiagnostics())
                .contains("ETag");
    }

    private Answer delete(String... headers) {
        return client.send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    private Answer patch(String name, String value) {
        return client.send(
                "PATCH",
                path,
                BodyPublishers.ofString("[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"male\"}]"),
                "Content-Type",
                "application/json-patch+json",
                name,
                value);
    }
}
