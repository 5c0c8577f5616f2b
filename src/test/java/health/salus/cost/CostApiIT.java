package health.salus.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.blob.BlobContent;
import health.salus.blob.Blobs;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.smart.TestTokens;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.Set;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** An administrator sees what the storage of the own tenant and of its patients costs, and of no other. */
class CostApiIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final CostApi api = server.bean(CostApi.class);

    @Test
    void reportIsThatOfTheCallersTenant() throws Exception {
        server.bean(Blobs.class)
                .store(new TenantId("south"), "application/pdf", BlobContent.of("cost".getBytes(UTF_8)));

        CostReport south = api.report(admin("south"));

        assertThat(south.tenant()).isEqualTo("south");
        assertThat(south.lines()).anyMatch(it -> it.category().equals("document") && it.objects() > 0);
        assertThat(api.report(admin("north")).tenant()).isEqualTo("north");
    }

    @Test
    void linesHaveAHeaderAndTheSameFigures() throws Exception {
        server.bean(Blobs.class).store(new TenantId("south"), "image/png", BlobContent.of("csv".getBytes(UTF_8)));

        String[] lines = api.lines(admin("south")).split("\r\n");

        assertThat(lines[0]).startsWith("tenant,category,storage_class,objects");
        assertThat(lines).hasSize(api.report(admin("south")).lines().size() + 1);
        assertThat(lines[1]).startsWith("south,");
    }

    @Test
    void whatAPatchBringsIsKeptForItsTenantAndItsPatient() throws Exception {
        String patient = client.create(Records.patient("Kosten")).getIdElement().getIdPart();
        long before = bytesOf("default");
        byte[] photo = Records.pdf(123_000);

        client.send(
                "PATCH",
                "/Patient/" + patient,
                BodyPublishers.ofString("""
                [{"op":"add","path":"/photo","value":[{"contentType":"application/pdf","data":"%s"}]}]
                """.formatted(Base64.getEncoder().encodeToString(photo))),
                "Content-Type",
                "application/json-patch+json");

        assertThat(bytesOf("default") - before).isEqualTo(photo.length);
        assertThat(of(patient)).extracting(it -> it.kept().bytes()).containsExactly((long) photo.length);
        assertThat(api.requests(admin("default"))).startsWith("tenant,operation,storage_class,requests,bytes");
    }

    @Test
    void filesCountForThePatientWhoseRecordTheyAreIn() {
        String first = newPatient();
        String second = newPatient();
        byte[] shared = Records.pdf(90_000);
        DocumentReference document = client.create(Records.document("Patient/" + first, Records.pdf(70_000)));
        client.create(Records.document("Patient/" + first, shared));
        client.create(Records.document("Patient/" + second, shared));
        file("Patient/" + first, 300);
        file("DocumentReference/" + document.getIdElement().getIdPart(), 20);

        assertThat(of(first)).singleElement().satisfies(it -> {
            assertThat(it.kept().category()).isEqualTo("document");
            assertThat(it.kept().objects()).isEqualTo(4);
            assertThat(it.kept().bytes()).isEqualTo(70_000 + 90_000 + 300 + 20);
        });
        assertThat(of(second)).extracting(it -> it.kept().bytes()).containsExactly(90_000L);
    }

    @Test
    void correctedSubjectTakesTheFileAlong() {
        String wrong = newPatient();
        String right = newPatient();
        DocumentReference document = client.create(Records.document("Patient/" + wrong, Records.pdf(80_000)));
        document.setSubject(new Reference("Patient/" + right));
        client.put("/DocumentReference/" + document.getIdElement().getIdPart(), document);

        assertThat(of(wrong)).isEmpty();
        assertThat(of(right)).extracting(it -> it.kept().bytes()).containsExactly(80_000L);
    }

    @Test
    void whatBelongsToNobodyIsALineWithoutAPatient() {
        file(null, 44_000);

        assertThat(api.patients(admin("default"), 10_000).lines())
                .anyMatch(it -> it.patient() == null && it.kept().bytes() >= 44_000);
        assertThat(api.patientLines(admin("default"), 10_000)).contains("default,,document,STANDARD");
    }

    @Test
    void patientsWithTheMostBytesComeFirstAndNoMoreThanAskedFor() {
        newPatient();
        client.create(Records.document("Patient/" + newPatient(), Records.pdf(80_000)));
        client.create(Records.document("Patient/" + newPatient(), Records.pdf(80_000)));

        assertThat(api.patients(admin("default"), 1).lines().stream()
                        .map(PatientCostReport.Line::patient)
                        .distinct())
                .hasSize(1);
        assertThat(api.patients(admin("south"), 10_000).lines()).noneMatch(it -> it.patient() != null);
    }

    @Test
    void reportOfPatientsIsFlatJson() throws Exception {
        client.create(Records.document("Patient/" + newPatient(), Records.pdf(80_000)));

        JsonNode line = new ObjectMapper()
                .findAndRegisterModules()
                .valueToTree(api.patients(admin("default"), 10_000))
                .at("/lines/0");
        assertThat(line.has("patient")).isTrue();
        assertThat(line.get("bytes").isNumber()).isTrue();
        assertThat(line.get("monthly").isNumber()).isTrue();
    }

    @Test
    void administratorsGetJsonOrLinesAsTheyAskFor() throws Exception {
        client.create(Records.document("Patient/" + newPatient(), Records.pdf(80_000)));
        TestTokens tokens = new TestTokens(server);
        String admin = tokens.of(Role.ADMIN, null, "salus_api");

        for (String path : List.of("/api/storage/cost", "/api/storage/cost/patients")) {
            JsonNode report = new ObjectMapper()
                    .readTree(get(path, admin, "application/json").body());
            assertThat(report.at("/lines/0/storageClass").asText()).isEqualTo("STANDARD");
            assertThat(report.path("currency").asText()).isEqualTo("USD");
            HttpResponse<String> lines = get(path, admin, "text/csv");
            assertThat(lines.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
            assertThat(lines.body()).startsWith("tenant,").contains("\r\ndefault,");
            assertThat(get(path, tokens.of(Role.PRACTITIONER, null, "salus_api"), "text/csv")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    private HttpResponse<String> get(String path, String token, String accept) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.url(path))
                                .header("Authorization", "Bearer " + token)
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofString());
    }

    private String newPatient() {
        return client.create(Records.patient("Kosten")).getIdElement().getIdPart();
    }

    private void file(@Nullable String context, int size) {
        Binary binary = new Binary().setContentType("application/pdf").setData(Records.pdf(size));
        if (context != null) {
            binary.setSecurityContext(new Reference(context));
        }
        client.create(binary);
    }

    private List<PatientCostReport.Line> of(String patient) {
        return api.patients(admin("default"), 10_000).lines().stream()
                .filter(it -> patient.equals(it.patient()))
                .toList();
    }

    private long bytesOf(String tenant) {
        return api.report(admin(tenant)).lines().stream()
                .mapToLong(CostReport.Line::bytes)
                .sum();
    }

    @Test
    void onlyAdministratorsMayAsk() {
        assertThat(CostApi.class.getAnnotation(AllowedTo.class).value()).containsExactly(Role.ADMIN);
    }

    private static SmartPrincipal admin(String tenant) {
        return new SmartPrincipal(new TenantId(tenant), Role.ADMIN, null, null, Set.of(), "salus-ui", "admin");
    }
}
