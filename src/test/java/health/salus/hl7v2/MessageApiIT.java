package health.salus.hl7v2;

import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.web.server.ResponseStatusException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.resultOf;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What those who run a feed can see and do. */
class MessageApiIT {

    private static final MessageQuery ALL = new MessageQuery(null, null, null, null, null, null, null, null, null);

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    private final SmartPrincipal admin = admin(TenantId.DEFAULT);
    private MessageApi api;

    @BeforeEach
    void makeApi() {
        Laboratory laboratory = interfaces.laboratory();
        api = new MessageApi(
                new MessageCatalog(laboratory.database),
                laboratory.store,
                laboratory.feeds,
                laboratory.worker,
                new MessageRules(() -> laboratory.mappings, new MappingHistory(laboratory.database)),
                new DataSourceTransactionManager(laboratory.connections));
    }

    @Test
    void messagesAreFoundByStatePatientControlIdAndTime() throws Exception {
        send(resultOf("A", "A1"), resultOf("B", "B1"), resultOf("A", "A2").replace("OBR|1|", "ZBR|1|"));
        interfaces.laboratory().worker.start();
        await(() -> !interfaces.laboratory().column("state").contains("RECEIVED"));

        assertThat(ids(ALL)).containsExactly("A2", "B1", "A1");
        assertThat(ids(new MessageQuery(MessageState.PARKED, "lab", null, null, null, null, null, null, null)))
                .containsExactly("A2");
        assertThat(ids(new MessageQuery(null, null, null, "A", "CITYHOSPITAL", null, null, null, null)))
                .containsExactly("A2", "A1");
        assertThat(ids(new MessageQuery(null, null, null, "A", "OTHER", null, null, null, null)))
                .isEmpty();
        assertThat(ids(new MessageQuery(null, null, "B1", null, null, null, null, null, null)))
                .containsExactly("B1");
        assertThat(ids(new MessageQuery(
                        null, null, null, null, null, Instant.now().plusSeconds(60), null, null, null)))
                .isEmpty();
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrOverlap() throws Exception {
        send(result("M1"), result("M2"), result("M3"));
        MessageApi.Page first = api.list(admin, new MessageQuery(null, null, null, null, null, null, null, null, 2));
        send(result("M4"));
        MessageApi.Page second =
                api.list(admin, new MessageQuery(null, null, null, null, null, null, null, first.next(), 2));
        assertThat(first.messages()).extracting(MessageSummary::controlId).containsExactly("M3", "M2");
        assertThat(second.messages()).extracting(MessageSummary::controlId).containsExactly("M1");
        assertThat(second.next()).isNull();
    }

    @Test
    void adminOfAnotherTenantSeesAndChangesNothing() throws Exception {
        send(result("M1"));
        SmartPrincipal other = admin(new TenantId("north"));
        assertThat(api.list(other, ALL).messages()).isEmpty();
        assertRefused(HttpStatus.NOT_FOUND, () -> api.read(other, id("M1")));
        assertRefused(HttpStatus.NOT_FOUND, () -> api.replay(other, id("M1"), "current"));
        assertRefused(HttpStatus.NOT_FOUND, () -> api.discard(other, id("M1"), new MessageApi.Discarding("x")));
        assertThat(interfaces.laboratory().column("state")).containsExactly("RECEIVED");
    }

    @Test
    void messageIsShownWithItsContentItsFieldsAndItsAnswer() throws Exception {
        send(result("M1"));
        MessageDetails details = api.read(admin, id("M1"));
        assertThat(details.content()).isEqualTo(result("M1").getBytes(StandardCharsets.UTF_8));
        assertThat(details.segments().get(1)).startsWith("PID", "1", "", "4711^^^CITYHOSPITAL^MR");
        assertThat(details.acknowledgment()).contains("MSA|AA|M1");
    }

    @Test
    void editedCopyIsProcessedAndTheOriginalIsKept() throws Exception {
        interfaces.laboratory().worker.start();
        String broken = result("M1").replace("4711", "");
        send(broken);
        await(() -> interfaces.laboratory().column("state").contains("PARKED"));
        long original = id("M1");

        long copy =
                api.edit(admin, original, bytes(result("M1")), "number added").id();

        await(() -> api.read(admin, copy).message().state() == MessageState.PROCESSED);
        assertThat(api.read(admin, copy).message().editedFrom()).isEqualTo(original);
        assertThat(api.read(admin, copy).message().note()).isEqualTo("number added");
        assertThat(api.read(admin, original).content()).isEqualTo(bytes(broken));
        assertThat(api.read(admin, original).message().state()).isEqualTo(MessageState.DISCARDED);
        assertRefused(HttpStatus.CONFLICT, () -> api.edit(admin, original, bytes(result("M1")), null));
        assertRefused(HttpStatus.BAD_REQUEST, () -> api.edit(admin, original, bytes("nonsense"), null));
    }

    @Test
    void replayProcessesAgainAndDiscardEndsWaiting() throws Exception {
        interfaces.laboratory().worker.start();
        send(result("M1").replace("4711", ""));
        await(() -> interfaces.laboratory().column("state").contains("PARKED"));
        assertRefused(HttpStatus.BAD_REQUEST, () -> api.discard(admin, id("M1"), new MessageApi.Discarding(" ")));
        api.discard(admin, id("M1"), new MessageApi.Discarding("a test message"));
        assertThat(api.read(admin, id("M1")).message().reason()).isEqualTo("a test message");
        api.replay(admin, id("M1"), "current");
        await(() -> interfaces.laboratory().column("state").contains("PARKED"));

        send(result("M2"));
        await(() -> interfaces.laboratory().column("state").contains("PROCESSED"));
        assertRefused(HttpStatus.CONFLICT, () -> api.discard(admin, id("M2"), new MessageApi.Discarding("no")));
        api.replay(admin, id("M2"), "current");
        await(() -> interfaces.laboratory().writer.written.equals(List.of("M2", "M2")));
    }

    @Test
    void onlyMessagesThatAreDoneAreDeletedWhenTheyAreOld() throws Exception {
        interfaces.laboratory().worker.start();
        send(result("M1"), result("M2").replace("4711", ""));
        await(() -> !interfaces.laboratory().column("state").contains("RECEIVED"));
        assertThat(interfaces.laboratory().store.deleteDone(Instant.now().minusSeconds(3600)))
                .isZero();
        assertThat(interfaces.laboratory().store.deleteDone(Instant.now().plusSeconds(60)))
                .isEqualTo(1);
        assertThat(interfaces.laboratory().column("control_id")).containsExactly("M2");
    }

    private static void assertRefused(HttpStatus status, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        it -> assertThat(it.getStatusCode()).isEqualTo(status));
    }

    private List<String> ids(MessageQuery query) {
        return api.list(admin, query).messages().stream()
                .map(MessageSummary::controlId)
                .toList();
    }

    private long id(String controlId) {
        return interfaces
                .laboratory()
                .database
                .sql("SELECT min(id) FROM salus_hl7v2_message WHERE control_id = :id")
                .param("id", controlId)
                .query(Long.class)
                .single();
    }

    private void send(String... messages) throws Exception {
        try (MllpClient client = interfaces.laboratory().connect()) {
            for (String message : messages) {
                client.ask(message);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SmartPrincipal admin(TenantId tenant) {
        return new SmartPrincipal(tenant, Role.ADMIN, null, null, Set.of(), "salus-ui", "admin");
    }
}
