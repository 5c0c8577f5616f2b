package health.salus.audit;

import com.sun.net.httpserver.HttpServer;
import health.salus.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What looks like a breach raises one alert, which says what it is and not whom it concerns. */
class BreachIT {

    @TempDir
    Path keys;

    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TrailDatabase database;
    private HttpServer webhook;
    private AuditWriter trail;
    private Alerts alerts;
    private BreachMonitor monitor;

    @BeforeEach
    void start() throws Exception {
        database = new TrailDatabase(keys);
        trail = database.writer();
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            calls.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        webhook.start();
        URI hook = URI.create("http://127.0.0.1:" + webhook.getAddress().getPort() + "/");
        alerts = new Alerts(JdbcClient.create(database.source), meters, hook);
        monitor = monitor();
    }

    private BreachMonitor monitor() {
        return new BreachMonitor(
                database.source,
                database.secret,
                trail::last,
                alerts::raise,
                List.of(
                        new PatientsPerHour(3),
                        BusyHands.refusals(3, Duration.ofMinutes(5)),
                        BusyHands.breakGlass(1),
                        new NewExporter(database.source, 90)));
    }

    @AfterEach
    void stop() {
        webhook.stop(0);
        database.close();
    }

    @Test
    void personWhoSeesTooManyPatientsIsNoticedOnce() throws Exception {
        for (int patient = 0; patient < 6; patient++) {
            sees("doctor", "practitioner", "p" + patient);
            monitor.look();
        }

        assertThat(alerts.find("default", true)).singleElement().satisfies(alert -> {
            assertThat(alert.rule()).isEqualTo("patients-per-hour");
            assertThat(alert.subject()).isEqualTo("doctor");
            assertThat(alert.count()).isEqualTo(4);
        });
        assertThat(calls.poll(10, TimeUnit.SECONDS))
                .contains("patients-per-hour")
                .doesNotContain("doctor");
        assertThat(meters.counter("salus.audit.alerts", "rule", "patients-per-hour")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void samePatientsAgainAndProgramsAreNotNoticed() {
        for (int time = 0; time < 10; time++) {
            sees("doctor", "practitioner", "p" + time % 3);
            sees("interface", "system", "p" + time);
        }
        monitor.look();

        assertThat(alerts.find("default", false)).isEmpty();
    }

    @Test
    void burstOfRefusalsIsNoticed() {
        for (int time = 0; time < 4; time++) {
            trail.record(entry(AuditKind.REQUEST, "read", AuditOutcome.REFUSED, "nosy", "patient", Set.of()));
        }
        monitor.look();

        assertThat(alerts.find("default", true)).extracting(Alert::rule).containsExactly("refusals");
        assertThat(alerts.find("north", true)).isEmpty();
    }

    @Test
    void firstExportOfAClientIsNoticedAndTheSecondIsNot() {
        exports();
        monitor.look();
        assertThat(alerts.find("default", true)).extracting(Alert::rule).containsExactly("new-exporter");

        JdbcClient.create(database.source).sql("DELETE FROM salus_alert").update();
        exports();
        monitor.look();
        assertThat(alerts.find("default", true)).isEmpty();
    }

    @Test
    void repeatedBreakGlassIsNoticed() {
        for (int time = 0; time < 2; time++) {
            trail.record(entry(
                    AuditKind.BREAK_GLASS, "break-glass", AuditOutcome.SUCCESS, "doctor", "practitioner", Set.of()));
        }
        monitor.look();

        assertThat(alerts.find("default", true)).extracting(Alert::rule).containsExactly("break-glass");
    }

    @Test
    void changedRowIsNoticedByTheRunningServer() throws Exception {
        sees("doctor", "practitioner", "p1");
        monitor.look();
        sees("doctor", "practitioner", "p2");
        database.tamper("UPDATE salus_audit_event SET content = replace(content, 'p2', 'p9') WHERE seq = 2");
        monitor.look();

        assertThat(alerts.find("default", true))
                .extracting(Alert::rule, Alert::subject)
                .contains(org.assertj.core.groups.Tuple.tuple("chain", "row 2"));
    }

    @Test
    void rowsThatVanishAreNoticedByTheRunningServer() throws Exception {
        sees("doctor", "practitioner", "p1");
        sees("doctor", "practitioner", "p2");
        monitor.look();
        database.tamper("DELETE FROM salus_audit_event WHERE seq = 2");
        monitor.look();

        assertThat(alerts.find("default", true)).extracting(Alert::rule).containsExactly("chain");
    }

    @Test
    void restartForgetsNothingThatStillCounts() {
        for (int patient = 0; patient < 3; patient++) {
            sees("doctor", "practitioner", "p" + patient);
        }
        monitor.look();
        BreachMonitor afterRestart = monitor();
        sees("doctor", "practitioner", "p3");
        afterRestart.look();

        assertThat(alerts.find("default", true)).hasSize(1);
    }

    @Test
    void alertIsAcknowledgedByTheFirstAdministratorOfItsTenant() {
        burstOfRefusalsIsNoticed();
        UUID id = alerts.find("default", true).get(0).id();

        assertThat(alerts.acknowledge("north", id, "stranger")).isEmpty();
        assertThat(alerts.acknowledge("default", id, "admin"))
                .hasValueSatisfying(alert -> assertThat(alert.acknowledgedBy()).isEqualTo("admin"));
        assertThat(alerts.acknowledge("default", id, "second"))
                .hasValueSatisfying(alert -> assertThat(alert.acknowledgedBy()).isEqualTo("admin"));
        assertThat(alerts.find("default", true)).isEmpty();
        assertThat(alerts.find("default", false)).hasSize(1);
    }

    private void sees(String user, String role, String patient) {
        trail.record(entry(AuditKind.REQUEST, "read", AuditOutcome.SUCCESS, user, role, Set.of(patient)));
    }

    private void exports() {
        trail.record(entry(AuditKind.REQUEST, "$export", AuditOutcome.SUCCESS, "backend", "system", Set.of()));
    }

    private static AuditEntry entry(
            AuditKind kind, String event, AuditOutcome outcome, String user, String role, Set<String> patients) {
        return AuditEntry.of(
                TenantId.DEFAULT,
                kind,
                event,
                outcome,
                "",
                new AuditAgent(user, role, null, "an-app", "127.0.0.1", null),
                UUID.randomUUID().toString(),
                patients.stream()
                        .map(id -> new AuditTarget("Patient", id, "1", AuditUse.DISCLOSED, Set.of(id)))
                        .toList());
    }
}
