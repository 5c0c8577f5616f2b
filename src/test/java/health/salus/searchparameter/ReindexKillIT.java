package health.salus.searchparameter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.testing.FhirClient;
import health.salus.testing.ServerProcess;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code kill -9} in the middle of a reindex: the next start goes on, and then nothing is missed. */
class ReindexKillIT {

    private static final int PATIENTS = 2000;
    private static final int AT_ONCE = 500;
    private static final String COLOUR = "http://example.org/eye-colour";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path data;

    @Test
    void reindexGoesOnWhereItWas() throws Exception {
        String parameter;
        long before;
        Process first = start();
        try {
            Server server = Server.of(first);
            for (int begin = 0; begin < PATIENTS; begin += AT_ONCE) {
                assertThat(server.fhir().post("/", patients()).status()).isEqualTo(200);
            }
            parameter = server.fhir().create(parameter()).getIdElement().getIdPart();
            JsonNode running =
                    server.await(parameter, state -> state.path("done").asLong() > 0);
            before = running.path("done").asLong();
            assertThat(running.path("state").asText())
                    .as("It ended before it could be killed")
                    .isEqualTo("running");
        } finally {
            first.toHandle().destroyForcibly();
            first.waitFor();
        }

        Process second = start();
        try {
            Server server = Server.of(second);
            JsonNode begun = server.await(parameter, state -> true);
            assertThat(begun.path("done").asLong()).isGreaterThanOrEqualTo(before);
            JsonNode finished = server.await(
                    parameter, state -> !state.path("state").asText().equals("running"));

            assertThat(finished.path("state").asText()).isEqualTo("finished");
            assertThat(finished.path("done")).isEqualTo(finished.path("resources"));
            assertThat(finished.path("failed").asLong()).isZero();
            assertThat(server.count("/Patient?eye-colour=blue&_summary=count")).isEqualTo(PATIENTS);
        } finally {
            second.destroy();
            second.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static Bundle patients() {
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (int number = 0; number < AT_ONCE; number++) {
            Patient patient = new Patient();
            patient.addExtension(COLOUR, new StringType("blue"));
            transaction
                    .addEntry()
                    .setResource(patient)
                    .getRequest()
                    .setMethod(Bundle.HTTPVerb.POST)
                    .setUrl("Patient");
        }
        return transaction;
    }

    private static SearchParameter parameter() {
        SearchParameter parameter = new SearchParameter();
        parameter.setUrl("http://example.org/SearchParameter/eye-colour");
        parameter.setName("EyeColour").setStatus(PublicationStatus.ACTIVE).setDescription("The colour of the eyes");
        parameter.setCode("eye-colour").setType(SearchParamType.STRING);
        parameter.setExpression("Patient.extension('" + COLOUR + "').value");
        parameter.addBase("Patient");
        return parameter;
    }

    private Process start() throws IOException {
        return ServerProcess.start(ReindexServer.class, List.of(data.toString()));
    }

    /** A server as its administrator sees it. */
    private record Server(String url, String token) {

        static Server of(Process process) throws IOException {
            BufferedReader output = process.inputReader();
            String[] words = ServerProcess.await(output, ReindexServer.READY).split(" ", -1);
            ServerProcess.drain(output);
            return new Server(words[0], words[1]);
        }

        FhirClient fhir() {
            return FhirClient.withToken(url + "/fhir", token);
        }

        long count(String search) throws InterruptedException {
            FhirClient.Answer answer = fhir().get(search);
            // Each server looks once in a second.
            for (int tries = 0; tries < 20 && answer.status() == 503; tries++) {
                Thread.sleep(200);
                answer = fhir().get(search);
            }
            return answer.resource(Bundle.class).getTotal();
        }

        JsonNode await(String parameter, Predicate<JsonNode> wanted) throws Exception {
            FhirClient api = FhirClient.withToken(url + "/api/search-parameters/" + parameter + "/reindex", token);
            Instant end = Instant.now().plus(PATIENCE);
            JsonNode state = new ObjectMapper().readTree(api.get("").text());
            while (!wanted.test(state) && Instant.now().isBefore(end)) {
                Thread.sleep(50);
                state = new ObjectMapper().readTree(api.get("").text());
            }
            return state;
        }
    }
}
