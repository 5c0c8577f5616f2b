package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Conditional create, update, patch and delete, https://hl7.org/fhir/R4/http.html#ccreate and the following. */
class ConditionalWriteIT {

    private static final int CLIENTS = 32;
    private static final String SYSTEM = "https://example.org/mrn";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String number = UUID.randomUUID().toString();
    private final String condition = "identifier=" + FhirClient.encode(SYSTEM + "|" + number);

    @Test
    void thirtyTwoUpdatesComeOneAfterTheOther() throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Integer> statuses = inParallel(() -> {
            Patient patient = Records.patient("Nr. " + next.incrementAndGet());
            patient.setId(number);
            return client.put("/Patient/" + number, patient).status();
        });

        assertThat(statuses).containsOnlyOnce(201).allMatch(status -> status == 200 || status == 201);
        assertThat(client.get("/Patient/" + number).header("ETag")).isEqualTo("W/\"" + CLIENTS + "\"");
    }

    @Test
    void thirtyTwoConditionalCreatesMakeOne() throws Exception {
        List<Integer> statuses = inParallel(() -> createIfNone().status());

        assertThat(found()).isEqualTo(1);
        assertThat(statuses).containsOnlyOnce(201).allMatch(ConditionalWriteIT::isExpected);
    }

    @Test
    void thirtyTwoConditionalUpdatesMakeOne() throws Exception {
        List<Integer> statuses =
                inParallel(() -> client.put("/Patient?" + condition, patient()).status());

        assertThat(found()).isEqualTo(1);
        assertThat(statuses).contains(201).allMatch(ConditionalWriteIT::isExpected);
    }

    @Test
    void thirtyTwoTransactionsMakeOne() throws Exception {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(patient())
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Patient")
                .setIfNoneExist(condition);
        List<Integer> statuses = inParallel(() -> client.post("/", transaction).status());

        assertThat(found()).isEqualTo(1);
        assertThat(statuses)
                .contains(200)
                .allMatch(status -> List.of(200, 409, 412).contains(status));
    }

    @Test
    void thirtyTwoTransactionsThatUpdateMakeOne() throws Exception {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(patient())
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl("Patient?" + condition);
        List<Answer> answers = inParallel(() -> client.post("/", transaction));

        assertThat(found()).isEqualTo(1);
        assertThat(answers).extracting(Answer::status).contains(200).allMatch(ConditionalWriteIT::isExpected);
        assertThat(answers).extracting(Answer::text).noneMatch(text -> text.contains("could not execute"));
    }

    @Test
    void transactionsAndSingleUpdatesMakeOneTogether() throws Exception {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        String plain = "Patient?identifier=" + SYSTEM + "|" + number;
        transaction
                .addEntry()
                .setResource(patient())
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(plain);
        AtomicInteger turn = new AtomicInteger();
        List<Answer> answers = inParallel(() -> turn.incrementAndGet() % 2 == 0
                ? client.post("/", transaction)
                : client.put("/Patient?" + condition, patient()));

        assertThat(found()).isEqualTo(1);
        assertThat(answers).extracting(Answer::status).allMatch(ConditionalWriteIT::isExpected);
    }

    @Test
    void oneMatchIsUsedAndSeveralAre412() {
        assertThat(createIfNone().status()).isEqualTo(201);
        assertThat(createIfNone().status()).isEqualTo(200);
        assertThat(client.put("/Patient?" + condition, patient().setActive(true))
                        .status())
                .isEqualTo(200);
        client.create(patient());

        assertThat(createIfNone().status()).isEqualTo(412);
        assertThat(client.put("/Patient?" + condition, patient()).status()).isEqualTo(412);
        assertThat(patch().status()).isEqualTo(412);
        assertThat(client.delete("/Patient?" + condition).status()).isEqualTo(412);
        assertThat(found()).isEqualTo(2);
    }

    @Test
    void noMatch() {
        assertThat(patch().status()).isEqualTo(404);
        assertThat(client.delete("/Patient?" + condition).status()).isIn(200, 204);
        assertThat(client.put("/Patient?" + condition, patient()).status()).isEqualTo(201);
        assertThat(patch().status()).isEqualTo(200);
        assertThat(client.delete("/Patient?" + condition).status()).isIn(200, 204);
        assertThat(found()).isZero();
    }

    @Test
    void conditionOnAnUnknownIdMatchesNothing() {
        client.create(patient());

        assertThat(client.delete("/Patient?_id=nobody-" + number.substring(0, 8))
                        .status())
                .isIn(200, 204);
        assertThat(found()).isEqualTo(1);
    }

    @Test
    void conditionThatIsNoneIsRefused() {
        assertThat(client.post("/Patient", patient(), "If-None-Exist", "shoe-size=42")
                        .status())
                .isEqualTo(400);
        assertThat(client.put("/Patient?shoe-size=42", patient()).status()).isEqualTo(400);
        assertThat(client.delete("/Patient?shoe-size=42").status()).isEqualTo(400);
        assertThat(client.delete("/Patient").status()).isEqualTo(400);
        assertThat(found()).isZero();
    }

    private Answer createIfNone() {
        return client.post("/Patient", patient(), "If-None-Exist", condition);
    }

    private Answer patch() {
        return client.send(
                "PATCH",
                "/Patient?" + condition,
                BodyPublishers.ofString("[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"male\"}]"),
                "Content-Type",
                "application/json-patch+json");
    }

    // With so many at once the server may also send one away, before anything is written.
    private static boolean isExpected(int status) {
        return List.of(200, 201, 409, 503).contains(status);
    }

    private int found() {
        return client.search("/Patient?" + condition).size();
    }

    private Patient patient() {
        Patient patient = Records.patient("Zwilling");
        patient.addIdentifier().setSystem(SYSTEM).setValue(number);
        return patient;
    }

    private static <T> List<T> inParallel(Callable<T> request) throws InterruptedException {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<T>> requests =
                    IntStream.range(0, CLIENTS).mapToObj(client -> request).toList();
            return clients.invokeAll(requests).stream()
                    .map(ConditionalWriteIT::result)
                    .toList();
        } finally {
            clients.shutdownNow();
        }
    }

    private static <T> T result(Future<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
