package health.salus.hl7v2;

import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DataAccessResourceFailureException;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.resultOf;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** Local codes that nobody has translated yet are counted for those who will. */
class UnmappedCodesIT {

    private static final UnmappedCodeQuery ALL = new UnmappedCodeQuery(null, null, null);

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    private UnmappedCodes codes;
    private UnmappedCodeApi api;

    @BeforeEach
    void makeApi() {
        codes = new UnmappedCodes(interfaces.laboratory().database);
        api = new UnmappedCodeApi(codes);
        interfaces.laboratory().worker.start();
    }

    @Test
    void codesAreListedByFeedWithTheirCountAndAnExample() throws Exception {
        send(resultOf("A", "M1"), resultOf("B", "M2"), resultOf("C", "M3").replace("K^Potassium", "ZZ^Zinc"));

        assertThat(list(TenantId.DEFAULT))
                .extracting(
                        UnmappedCodeCount::feed,
                        UnmappedCodeCount::code,
                        UnmappedCodeCount::name,
                        UnmappedCodeCount::count)
                .containsExactly(
                        tuple("lab", "CHEM", "Chemistry", 3L),
                        tuple("lab", "K", "Potassium", 2L),
                        tuple("lab", "ZZ", "Zinc", 1L));
        UnmappedCodeCount zinc = list(TenantId.DEFAULT).get(2);
        assertThat(zinc.system()).isEqualTo("urn:x-hl7v2:CITYLAB:L");
        assertThat(zinc.firstSeen()).isEqualTo(zinc.lastSeen());
        assertThat(interfaces.laboratory().rows())
                .filteredOn(row -> row.get("id").equals(zinc.exampleMessage()))
                .extracting(row -> row.get("control_id"))
                .containsExactly("M3");
    }

    @Test
    void messageThatIsProcessedAgainIsNotCountedAgain() throws Exception {
        send(result("M1"));
        long id = (long) interfaces.laboratory().column("id").get(0);
        new MessageCatalog(interfaces.laboratory().database).replay(TenantId.DEFAULT, id, null);
        interfaces.laboratory().worker.wake();
        await(() -> interfaces.laboratory().writer.written.size() == 2
                && !interfaces.laboratory().column("state").contains("RECEIVED"));
        assertThat(list(TenantId.DEFAULT)).extracting(UnmappedCodeCount::count).containsOnly(1L);
    }

    @Test
    void messageThatIsRolledBackIsCountedOnceWhenItIsWritten() throws Exception {
        interfaces.laboratory().writer.failOnce(() -> new DataAccessResourceFailureException("away"));
        send(result("M1"));
        assertThat(list(TenantId.DEFAULT)).extracting(UnmappedCodeCount::count).containsOnly(1L);
    }

    @Test
    void codesAreCutToWhatTheIndexHolds() throws Exception {
        send(result("M1").replace("K^Potassium", "K".repeat(5_000) + "^Potassium"));
        assertThat(list(TenantId.DEFAULT))
                .extracting(UnmappedCodeCount::code)
                .containsExactlyInAnyOrder("CHEM", "K".repeat(200));
    }

    @Test
    void adminSeesTheOwnTenantAndMayAskForAFeedAndATime() throws Exception {
        send(result("M1"));
        assertThat(list(new TenantId("north"))).isEmpty();
        assertThat(codes.list(TenantId.DEFAULT, new UnmappedCodeQuery("other", null, null)))
                .isEmpty();
        assertThat(codes.list(
                        TenantId.DEFAULT,
                        new UnmappedCodeQuery("lab", Instant.now().plusSeconds(60), null)))
                .isEmpty();
        assertThat(codes.list(TenantId.DEFAULT, new UnmappedCodeQuery("lab", null, 1)))
                .hasSize(1);
    }

    @Test
    void codesNobodySendsAnyMoreAreForgotten() throws Exception {
        send(result("M1"));
        assertThat(codes.deleteUnseenSince(Instant.now().minusSeconds(60))).isZero();
        assertThat(codes.deleteUnseenSince(Instant.now().plusSeconds(60))).isEqualTo(2);
        assertThat(list(TenantId.DEFAULT)).isEmpty();
    }

    private List<UnmappedCodeCount> list(TenantId tenant) {
        return api.list(new SmartPrincipal(tenant, Role.ADMIN, null, null, Set.of(), "salus-ui", "admin"), ALL)
                .codes();
    }

    private void send(String... messages) throws Exception {
        try (MllpClient client = interfaces.laboratory().connect()) {
            for (String message : messages) {
                client.ask(message);
            }
        }
        await(() -> interfaces.laboratory().column("state").stream()
                        .filter("PROCESSED"::equals)
                        .count()
                == messages.length);
    }
}
