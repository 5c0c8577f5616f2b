package health.salus.hl7v2;

import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.audit.AuditEntry;
import health.salus.audit.AuditOutcome;
import health.salus.audit.AuditUnavailableException;
import health.salus.fhir.WriteOrigin;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.dao.DataAccessResourceFailureException;

import java.io.IOException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import static health.salus.hl7v2.Laboratory.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** What becomes of messages after their senders were answered. */
class MessageWorkerIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void messageIsWrittenForItsTenantAndMarked() throws Exception {
        laboratory().worker.start();
        send(result("M1"));
        awaitState("PROCESSED", 1);
        assertThat(laboratory().writer.written).containsExactly("M1");
        assertThat(laboratory().writer.origins).containsExactly(new WriteOrigin(TenantId.DEFAULT, "hl7v2:lab"));
        assertThat(laboratory().column("processed_at")).doesNotContainNull();
        assertThat(laboratory().column("mapping_version")).containsExactly(Laboratory.MAPPINGS.version());
        assertThat(laboratory().column("warnings")).containsExactly((Object) null);
    }

    @Test
    void otherMessageUnderTheSameControlIdIsProcessedToo() throws Exception {
        laboratory().worker.start();
        send(result("M1", "4.1"), result("M1", "4.2"));
        awaitState("PROCESSED", 2);
        assertThat(laboratory().writer.written).containsExactly("M1", "M1");
        assertThat(laboratory().column("control_id_reused")).containsExactly(false, true);
    }

    @Test
    void warningsOfTheMappingAreKept() throws Exception {
        laboratory().worker.start();
        send(result("M1", "haemolysed"));
        awaitState("PROCESSED", 1);
        assertThat(laboratory().column("warnings")).containsExactly("OBX-5 in line 4 is not a number");
    }

    @Test
    void messageThatCannotBeMappedIsParkedWithItsReasonAndTheNextOneGoesOn() throws Exception {
        laboratory().worker.start();
        send(result("M1").replace("4711", ""), result("M2"));
        awaitState("PROCESSED", 1);
        assertThat(laboratory().column("state")).containsExactly("PARKED", "PROCESSED");
        assertThat(laboratory().column("reason"))
                .containsExactly("PID-3 holds no patient identifier (PID in line 2)", null);
    }

    @Test
    void messageThatTheStoreRefusesIsParkedWithoutItsContent() throws Exception {
        laboratory().writer.failOnce(() -> new UnprocessableEntityException("HAPI-0541: Patient Müstermann is wrong"));
        laboratory().worker.start();
        send(result("M1"), result("M2"));
        awaitState("PROCESSED", 1);
        assertThat(laboratory().column("state")).containsExactly("PARKED", "PROCESSED");
        assertThat(laboratory().column("reason"))
                .startsWith("The FHIR store refuses it: UnprocessableEntityException 422 HAPI-0541");
    }

    @Test
    void orderIsKeptWhileAFaultPasses() throws Exception {
        laboratory().writer.failOnce(() -> new ResourceVersionConflictException("conflict"));
        laboratory().writer.failOnce(() -> new PreconditionFailedException("race"));
        laboratory().writer.failOnce(() -> new DataAccessResourceFailureException("database is down"));
        laboratory().worker.start();
        send(result("M1"), result("M2"), result("M3"));
        awaitState("PROCESSED", 3);
        assertThat(laboratory().writer.written).containsExactly("M1", "M2", "M3");
    }

    @Test
    void conflictThatDoesNotPassIsParked() throws Exception {
        for (int attempt = 0; attempt < 5; attempt++) {
            laboratory().writer.failOnce(() -> new PreconditionFailedException("two patients match"));
        }
        laboratory().worker.start();
        send(result("M1"), result("M2"));
        awaitState("PROCESSED", 1);
        assertThat(laboratory().column("state")).containsExactly("PARKED", "PROCESSED");
        assertThat(laboratory().column("reason"))
                .startsWith("The FHIR store could not write it: PreconditionFailedException 412 (tried 5 times)");
    }

    @Test
    void errorIsTriedAgainThenParkedAndTheWorkerLives() throws Exception {
        laboratory().writer.failOnceWith(new OutOfMemoryError("Müstermann"));
        for (int attempt = 0; attempt < 5; attempt++) {
            laboratory().writer.failOnceWith(new StackOverflowError());
        }
        laboratory().writer.failOnceWith(new OutOfMemoryError());
        laboratory().worker.start();
        send(result("M1"), result("M2"));
        awaitState("PROCESSED", 1);
        assertThat(laboratory().column("state")).containsExactly("PARKED", "PROCESSED");
        assertThat(laboratory().column("reason"))
                .containsExactly("The FHIR store could not write it: StackOverflowError (tried 5 times)", null);
        assertThat(laboratory().worker.isAlive()).isTrue();
    }

    @Test
    void healthIsDownWhileTheWorkerOrTheAcceptorIsDead() {
        Hl7v2Health health = laboratory().health();
        assertThat(health.health())
                .isEqualTo(Health.down()
                        .withDetail("processing", false)
                        .withDetail("accepting", true)
                        .withDetail("silent", List.of())
                        .withDetail("outOfService", List.of())
                        .withDetail("mappings", Laboratory.MAPPINGS.version())
                        .build());
        laboratory().worker.start();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        laboratory().server.stop();
        assertThat(health.health())
                .isEqualTo(Health.down()
                        .withDetail("processing", true)
                        .withDetail("accepting", false)
                        .withDetail("silent", List.of())
                        .withDetail("outOfService", List.of())
                        .withDetail("mappings", Laboratory.MAPPINGS.version())
                        .build());
    }

    @Test
    void storesMayStayAwayForLongAndNothingIsParked() throws Exception {
        for (int attempt = 0; attempt < 7; attempt++) {
            laboratory()
                    .writer
                    .failOnce(() -> new InternalErrorException(
                            "wrapped", new SQLTransientConnectionException("no connection")));
        }
        laboratory().writer.failOnce(() -> new ResourceVersionConflictException("conflict"));
        laboratory().worker.start();
        send(result("M1"), result("M2"));
        awaitState("PROCESSED", 2);
        assertThat(laboratory().writer.written).containsExactly("M1", "M2");
    }

    @Test
    void messagesThatACrashLeftAreProcessedAtTheNextStart() throws Exception {
        send(result("M1"), result("M2").replace("ORU^R01", "ADT^A60"), result("M3"));
        assertThat(laboratory().writer.written).isEmpty();
        laboratory().worker.start();
        awaitState("PROCESSED", 2);
        assertThat(laboratory().writer.written).containsExactly("M1", "M3");
        assertThat(laboratory().column("state")).containsExactly("PROCESSED", "UNSUPPORTED", "PROCESSED");
    }

    @Test
    void nothingTakesEffectOrIsParkedWhileTheAuditTrailIsAway() throws Exception {
        List<AuditEntry> recorded = new CopyOnWriteArrayList<>();
        AtomicInteger faults = new AtomicInteger(3);
        laboratory().onRecorded = entry -> {
            if (faults.getAndDecrement() > 0) {
                throw new AuditUnavailableException(null);
            }
            recorded.add(entry);
        };
        laboratory().worker.start();
        send(result("M1").replace("4711", ""), result("M2"));
        await(() -> !laboratory().column("state").contains("RECEIVED"));
        assertThat(laboratory().column("state")).containsExactly("PARKED", "PROCESSED");
        assertThat(laboratory().column("attempts")).containsOnly(0);
        assertThat(recorded)
                .extracting(AuditEntry::event, AuditEntry::outcome, AuditEntry::reason)
                .containsExactlyInAnyOrder(
                        tuple("ORU^R01", AuditOutcome.REFUSED, "parked"), tuple("ORU^R01", AuditOutcome.SUCCESS, ""));
    }

    @Test
    void workerStopsPromptlyAndLeavesTheRestForLater() throws Exception {
        for (int attempt = 0; attempt < 20; attempt++) {
            laboratory().writer.failOnce(() -> new DataAccessResourceFailureException("database is down"));
        }
        laboratory().worker.start();
        send(result("M1"));
        long before = System.nanoTime();
        laboratory().worker.stop();
        assertThat((System.nanoTime() - before) / 1_000_000).isLessThan(5_000);
        assertThat(laboratory().worker.isRunning()).isFalse();
        assertThat(laboratory().column("state")).containsExactly("RECEIVED");
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }

    private void send(String... messages) throws IOException {
        try (MllpClient client = laboratory().connect()) {
            for (String message : messages) {
                client.ask(message);
            }
        }
    }

    private void awaitState(String state, int messages) throws InterruptedException {
        await(() -> laboratory().column("state").stream().filter(state::equals).count() == messages);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        for (int round = 0; round < 1_000 && !condition.getAsBoolean(); round++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
