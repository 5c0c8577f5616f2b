package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What is read past Hibernate and searched without a stored result is, to the byte, what HAPI answers. */
class ShorterRoadsIT {

    private static final FhirContext FHIR = FhirContext.forR4Cached();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void everyResourceOfASyntheaRecordIsReadAsHapiReadsIt() throws IOException {
        List<IdType> stored = synthea();

        assertThat(stored).hasSizeGreaterThan(50).allSatisfy(this::isReadAsByHapi);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"ignored\",\"active\":false}",
                "{\"resourceType\":\"Patient\",\"meta\":{\"source\":\"urn:odd:\\\"source\\\"\",\"tag\":["
                        + "{\"system\":\"urn:t\",\"code\":\"z\"},{\"system\":\"urn:t\",\"code\":\"a\"}],"
                        + "\"profile\":[\"http://z.example/p\",\"http://a.example/p\"]}}",
                "{\"resourceType\":\"Patient\",\"meta\":{\"extension\":[{\"url\":\"http://x\",\"valueString\":\"y\"}]}}",
                "{\"resourceType\":\"Patient\",\"language\":\"ar\",\"name\":[{\"family\":\"\\u0645\\u062d\\u0645\\u062f"
                        + " \\\"<&>\\\" \\\\ \\t \\ud83d\\ude00\"}]}",
                "{\"resourceType\":\"Patient\",\"_birthDate\":{\"extension\":[{\"url\":\"http://x\",\"valueCode\":"
                        + "\"unknown\"}]},\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"O\"}],"
                        + "\"managingOrganization\":{\"reference\":\"#o\"}}",
                "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns="
                        + "\\\"http://www.w3.org/1999/xhtml\\\">a &amp; b&#160;<br/></div>\"}}",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"c\"},\"valueQuantity\":"
                        + "{\"value\":1.00},\"effectiveDateTime\":\"2026-01-02T03:04:05.1+14:00\"}",
            })
    void oddResourcesAreReadAsHapiReadsThem(String json) {
        Resource resource = (Resource) FHIR.newJsonParser().parseResource(json);
        Answer answer = client.post("/" + resource.fhirType(), resource);

        isReadAsByHapi(id(answer));
    }

    @Test
    void eachVersionIsReadAsItWas() {
        Patient patient = client.create(Records.patient("Erste"));
        IdType id = patient.getIdElement().toUnqualifiedVersionless();
        patient.getNameFirstRep().setFamily("Zweite");
        client.put("/" + id.getValue(), patient);

        isReadAsByHapi(id.withVersion("1"));
        isReadAsByHapi(id.withVersion("2"));
        isReadAsByHapi(id);
        assertThat(client.get("/" + id.getValue() + "/_history/3").status()).isEqualTo(404);
    }

    @Test
    void readsAreAnsweredWithTheHeadersOfHapi() {
        IdType id = client.create(Records.patient("Kopfzeile")).getIdElement().toUnqualifiedVersionless();
        Answer answer = client.get("/" + id.getValue());

        assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(answer.header("Last-Modified")).endsWith("GMT");
        assertThat(answer.header("Content-Type")).isEqualTo("application/fhir+json;charset=UTF-8");
        assertThat(client.get("/" + id.getValue(), "If-None-Match", "W/\"1\"").status())
                .isEqualTo(304);
        assertThat(client.get("/" + id.getValue() + "?_pretty=true").text()).contains("\n  ");
        assertThat(client.get("/" + id.getValue(), "Accept", "application/fhir+xml")
                        .text())
                .startsWith("<Patient");
        assertThat(client.get("/" + id.getValue() + "?_elements=active").text()).doesNotContain("Kopfzeile");
    }

    @Test
    void deletedOnesAreGoneAndOtherTenantsOnesUnknown() {
        IdType id = client.create(Records.patient("Weg")).getIdElement().toUnqualifiedVersionless();
        FhirClient north = FhirClient.withToken(
                server.fhirBase() + "/north", client.token().orElseThrow());

        assertThat(north.get("/" + id.getValue()).status()).isIn(401, 403, 404);
        client.delete("/" + id.getValue());
        assertThat(client.get("/" + id.getValue()).status()).isEqualTo(410);
        assertThat(client.get("/" + id.getValue() + "/_history/1").status()).isEqualTo(200);
        assertThat(client.get("/" + id.getValue() + "/_history/2").status()).isEqualTo(410);
        assertThat(client.get("/Patient/never-was").status()).isEqualTo(404);
    }

    @Test
    void aPageThatHoldsTheWholeResultIsAnsweredAsByHapiAndNotStored() throws IOException {
        String patient =
                client.create(Records.patient("Suchblatt")).getIdElement().getIdPart();
        for (int i = 0; i < 3; i++) {
            client.create(Records.observation("Patient/" + patient));
        }
        for (String query : List.of(
                "/Observation?patient=" + patient,
                "/Observation?subject=Patient/" + patient + "&_sort=-date&_count=3",
                "/Observation?patient=" + patient + "&code=718-7&_elements=code",
                "/Patient?_id=" + patient,
                "/Observation?patient=" + patient + "&_include=Observation:patient",
                "/Observation?patient=" + patient + "&_include=Observation:patient&_count=3&_sort=_lastUpdated",
                "/Patient?_id=" + patient + "&_revinclude=Observation:patient&_count=1",
                "/Patient?_id=" + patient + "&_revinclude=Observation:patient&_include=Patient:organization",
                "/Patient?family=nobody-of-this-name&_revinclude=Observation:patient",
                "/Patient?family=nobody-of-this-name")) {
            long before = storedSearches();
            JsonNode quick = JSON.readTree(client.get(query).body());
            assertThat(storedSearches()).as(query).isEqualTo(before);
            JsonNode hapi = JSON.readTree(client.get(query + "&_total=accurate").body());
            assertThat(storedSearches()).as(query).isGreaterThan(before);
            assertThat(quick.path("entry")).as(query).isEqualTo(hapi.path("entry"));
            assertThat(quick.path("total")).as(query).isEqualTo(hapi.path("total"));
            assertThat(quick.path("link")).as(query).hasSize(1);
        }
    }

    @Test
    void pagesNeitherOverlapNorMissWhateverIsWrittenInBetween() {
        String patient = patientWith("Mehrseitig", 5);
        String query = "/Observation?patient=" + patient + "&_count=3&_sort=-_lastUpdated";
        List<String> all = ids(client.get(query + "&_total=accurate").resource(Bundle.class));
        long before = storedSearches();
        Bundle first = client.get(query).resource(Bundle.class);
        client.delete("/Observation/" + all.get(0));
        client.create(Records.observation("Patient/" + patient));

        Bundle second = client.get(first.getLink("next").getUrl()).resource(Bundle.class);
        Bundle back = client.get(second.getLink("previous").getUrl()).resource(Bundle.class);

        assertThat(storedSearches()).isEqualTo(before);
        assertThat(first.getTotal()).isEqualTo(5);
        assertThat(ids(first)).isEqualTo(all);
        assertThat(ids(second)).hasSize(2).doesNotContainAnyElementsOf(all);
        assertThat(second.getTotal()).isEqualTo(5);
        assertThat(second.getLink("next")).isNull();
        // What was deleted meanwhile is gone; nothing takes its place.
        assertThat(ids(back)).isEqualTo(all.subList(1, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "&_elements=code",
                "&_include=Observation:patient",
                "&_include=*&_revinclude=Provenance:target",
                "&_include=Observation:patient:Patient&_include=Observation:encounter",
                "&_include:iterate=Observation:patient&_include:iterate=Patient:organization"
            })
    void laterPagesAreLikeThoseOfHapi(String wish) throws IOException {
        String query = "/Observation?patient=" + patientWith("Seitenweise", 5) + "&_count=2&_sort=_lastUpdated" + wish;
        JsonNode quick = JSON.readTree(client.get(query).body());
        JsonNode hapi = JSON.readTree(client.get(query + "&_total=accurate").body());

        for (int page = 0; page < 3; page++) {
            assertThat(quick.path("entry")).isEqualTo(hapi.path("entry"));
            assertThat(quick.path("total")).isEqualTo(hapi.path("total"));
            assertThat(relations(quick)).isEqualTo(relations(hapi));
            if (page < 2) {
                quick = JSON.readTree(client.get(next(quick)).body());
                hapi = JSON.readTree(client.get(next(hapi)).body());
            }
        }
    }

    @Test
    void pagesOfOneTenantAreNoneOfAnother() {
        String patient = patientWith("Fremdseitig", 5);
        String next = client.get("/Observation?patient=" + patient + "&_count=2")
                .resource(Bundle.class)
                .getLink("next")
                .getUrl();

        assertThat(FhirClient.withToken(
                                server.fhirBase() + "/north", client.token().orElseThrow())
                        .get(next.replace("/fhir?", "/fhir/north?"))
                        .status())
                .isIn(401, 403, 404, 410);
        assertThat(client.get(next.replaceFirst("_getpages=.", "_getpages=_")).status())
                .isEqualTo(410);
    }

    @Test
    void aResultOfThousandsIsLeftToHapi() {
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (int i = 0; i <= SearchAttempt.MOST_MATCHES; i++) {
            Basic basic = new Basic();
            basic.getCode().addCoding().setSystem("urn:salus:test").setCode("thousands");
            transaction
                    .addEntry()
                    .setResource(basic)
                    .getRequest()
                    .setMethod(Bundle.HTTPVerb.POST)
                    .setUrl("Basic");
        }
        client.post("/", transaction);
        long before = storedSearches();

        Bundle page =
                client.get("/Basic?code=urn:salus:test%7Cthousands&_count=5").resource(Bundle.class);

        assertThat(storedSearches()).isGreaterThan(before);
        assertThat(page.getEntry()).hasSize(5);
        assertThat(client.get(page.getLink("next").getUrl())
                        .resource(Bundle.class)
                        .getEntry())
                .hasSize(5);
    }

    private String patientWith(String name, int observations) {
        String patient = client.create(Records.patient(name)).getIdElement().getIdPart();
        for (int i = 0; i < observations; i++) {
            client.create(Records.observation("Patient/" + patient));
        }
        return patient;
    }

    private static List<String> ids(Bundle page) {
        return page.getEntry().stream()
                .map(entry -> entry.getResource().getIdElement().getIdPart())
                .toList();
    }

    private static List<String> relations(JsonNode page) {
        return page.path("link").findValuesAsText("relation");
    }

    private static String next(JsonNode page) {
        for (JsonNode link : page.path("link")) {
            if (link.path("relation").asText().equals("next")) {
                return link.path("url").asText();
            }
        }
        throw new AssertionError("No next page");
    }

    private void isReadAsByHapi(IdType id) {
        String path = "/" + id.toUnqualified().getValue();

        assertThat(client.get(path).text()).isEqualTo(FHIR.newJsonParser().encodeResourceToString(fromStorage(id)));
    }

    private IBaseResource fromStorage(IdType id) {
        SystemRequestDetails own = new SystemRequestDetails();
        own.setRequestPartitionId(RequestPartitionId.fromPartitionId(
                server.bean(Tenants.class).require(TenantId.DEFAULT).partition()));
        return server.bean(DaoRegistry.class)
                .getResourceDao(id.getResourceType())
                .read(id, own);
    }

    private List<IdType> synthea() throws IOException {
        try (InputStream bundle = getClass().getResourceAsStream("/fhir/synthea-patient.json")) {
            Answer answer = client.send(
                    "POST",
                    "/",
                    BodyPublishers.ofByteArray(bundle.readAllBytes()),
                    "Content-Type",
                    "application/fhir+json");
            return answer.resource(Bundle.class).getEntry().stream()
                    .map(entry -> new IdType(entry.getResponse().getLocation()).toUnqualifiedVersionless())
                    .toList();
        }
    }

    private static IdType id(Answer created) {
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return new IdType(created.header("Location")).toUnqualifiedVersionless();
    }

    private long storedSearches() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM hfj_search")
                .query(Long.class)
                .single();
    }
}
