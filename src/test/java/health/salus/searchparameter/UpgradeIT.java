package health.salus.searchparameter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.GivenPostgres;
import health.salus.testing.TestServer;
import org.awaitility.Awaitility;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that starts on data of an earlier version finds all that is there, once it has indexed it again. */
class UpgradeIT {

    private static final String RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race";
    private static final String IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203";
    private static final String BY_TYPE = "/Patient?identifier:of-type=" + IDENTIFIER_TYPES + "%7CMR%7C4711";

    private static GivenPostgres postgres;

    @TempDir
    static Path data;

    @BeforeAll
    static void startDatabase() {
        postgres = GivenPostgres.start();
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        postgres.close();
    }

    @Test
    void whatAnEarlierVersionHasStoredIsFoundByWhatIsNew() throws Exception {
        String here;
        String there;
        try (Running first = Running.start()) {
            assertThat(first.api("").status()).isEqualTo(404);
            here = first.inDefault.create(patient()).getIdElement().getIdPart();
            there = first.inNorth.create(patient()).getIdElement().getIdPart();
            assertThat(ids(first.inNorth, "/Patient?race=2106-3")).containsExactly(there);
            JdbcClient database = first.server.bean(JdbcClient.class);
            database.sql(
                            "UPDATE salus_index_state SET index_rows = index_rows - 1, parameters = parameters - 'Patient.race'")
                    .update();
            assertThat(database.sql("DELETE FROM hfj_spidx_token WHERE res_id IN"
                                    + " (SELECT res_id FROM hfj_resource WHERE res_type = 'Patient')")
                            .update())
                    .isPositive();
            assertThat(ids(first.inDefault, "/Patient?race=2106-3")).isEmpty();
        }

        // Somebody who began before the start, and may still write as an earlier version does.
        try (Connection before = openTransaction();
                Running second = Running.start()) {
            for (String search : List.of("/Patient?race=2106-3", "/Patient?_sort=race", "/Patient?race:missing=true")) {
                Answer early = second.inDefault.get(search);
                assertThat(early.status()).as(search + early.text()).isEqualTo(503);
                assertThat(early.header("Retry-After")).isNotEmpty();
            }
            assertThat(second.inDefault.get("/metadata").text()).doesNotContain("\"name\":\"race\"");
            assertThat(second.inDefault.get("/Patient?family=Neuauflage").status())
                    .isEqualTo(200);
            assertThat(second.state().path("state").asText()).isEqualTo("waiting");
            before.close();
            second.awaitFinished();

            assertThat(ids(second.inDefault, "/Patient?race=2106-3")).containsExactly(here);
            assertThat(ids(second.inNorth, "/Patient?race=2106-3")).containsExactly(there);
            assertThat(ids(second.inNorth, BY_TYPE)).containsExactly(there);
            assertThat(second.inDefault.get("/Patient/" + here).header("ETag")).isEqualTo("W/\"1\"");
            assertThat(second.state().path("done").asLong())
                    .isGreaterThanOrEqualTo(second.state().path("resources").asLong());
            assertThat(second.inDefault.get("/metadata").text()).contains("\"name\":\"race\"");

            // The same version has nothing to do.
            second.server.bean(ShippedIndex.class).afterSingletonsInstantiated();
            assertThat(second.state().path("state").asText()).isEqualTo("finished");
        }
    }

    private static Patient patient() {
        Patient patient = new Patient();
        patient.addName().setFamily("Neuauflage");
        patient.addIdentifier().setValue("4711").setType(new CodeableConcept(new Coding(IDENTIFIER_TYPES, "MR", null)));
        Extension race = patient.addExtension();
        race.setUrl(RACE);
        race.addExtension("ombCategory", new Coding("urn:oid:2.16.840.1.113883.6.238", "2106-3", "White"));
        race.addExtension("text", new StringType("White"));
        return patient;
    }

    private static Connection openTransaction() throws SQLException {
        Connection connection = DriverManager.getConnection(postgres.url(), GivenPostgres.USER, GivenPostgres.PASSWORD);
        connection.setAutoCommit(false);
        connection.prepareStatement("SELECT 1").executeQuery();
        return connection;
    }

    private static List<String> ids(FhirClient client, String search) {
        return client.search(search).stream()
                .map(Resource::getIdElement)
                .map(it -> it.getIdPart())
                .toList();
    }

    /** A server on the data. */
    private record Running(TestServer server, FhirClient inDefault, FhirClient inNorth, FhirClient administrator)
            implements AutoCloseable {

        static Running start() {
            TestServer server = TestServer.startIn(
                    data,
                    Map.of(
                            "salus.tenant.ids",
                            "north",
                            "salus.hl7v2.enabled",
                            "false",
                            "salus.db.url",
                            postgres.url(),
                            "salus.db.user",
                            GivenPostgres.USER,
                            "salus.db.password",
                            GivenPostgres.PASSWORD));
            // Where the database is given there are no demo apps.
            server.bean(JdbcClient.class).sql("""
                            INSERT INTO salus_client (client_id, name, tenant_id, redirect_uris, scopes)
                            VALUES ('demo-app', 'An app', 'default', '{http://127.0.0.1/}', '{openid}') ON CONFLICT DO NOTHING
                            """).update();
            TestTokens tokens = new TestTokens(server);
            String token = tokens.of(Role.ADMIN, null, "user/*.cruds salus_api");
            return new Running(
                    server,
                    FhirClient.withToken(server.fhirBase(), token),
                    FhirClient.withToken(
                            server.fhirBase() + "/north", tokens.ofTenant("north", Role.PRACTITIONER, "user/*.cruds")),
                    FhirClient.withToken(
                            server.url("/api/search-parameters/reindex").toString(), token));
        }

        Answer api(String path) {
            return administrator.get(path);
        }

        JsonNode state() throws JsonProcessingException {
            return new ObjectMapper().readTree(api("").text());
        }

        void awaitFinished() {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> state().path("state").asText().equals("finished"));
            // Each server looks once in a second.
            Awaitility.await().until(() -> inDefault.get("/Patient?race=x").status() == 200);
        }

        @Override
        public void close() {
            server.stop();
        }
    }
}
