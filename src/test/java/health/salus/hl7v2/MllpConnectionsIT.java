package health.salus.hl7v2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Map;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MllpClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who is served on the MLLP port, and for how long. The workers do not run: what is stored stays RECEIVED. */
class MllpConnectionsIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void idleConnectionStaysOpen() throws Exception {
        interfaces.reopen(settings(10_000, 10, Duration.ofMillis(200)));
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            Thread.sleep(1_000);
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");
        }
    }

    @Test
    void connectionBeyondTheLimitIsClosedAndTheOthersAreServed() throws Exception {
        interfaces.reopen(settings(10_000, 2, Duration.ofSeconds(30)));
        try (MllpClient first = laboratory().connect();
                MllpClient second = laboratory().connect()) {
            assertThat(first.ask(result("M1"))).contains("MSA|AA|M1");
            assertThat(second.ask(result("M2"))).contains("MSA|AA|M2");
            try (MllpClient third = laboratory().connect()) {
                assertThat(third.isClosedByServer()).isTrue();
            }
            assertThat(first.ask(result("M3"))).contains("MSA|AA|M3");
        }
    }

    @Test
    void peerThatIsNotAllowedIsNotHeard() throws Exception {
        interfaces.reopen(settings(Map.of("allowed-peers", "192.0.2.0/24,::1")));
        try (MllpClient stranger = laboratory().connect()) {
            assertThat(stranger.isClosedByServer()).isTrue();
        }
        interfaces.reopen(settings(Map.of("allowed-peers", "192.0.2.0/24,127.0.0.0/8")));
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
        }
    }

    @Test
    void acceptingGoesOnAfterAnErrorAndASocketThatCannotBeSetUpIsClosed() throws Exception {
        laboratory().close();
        interfaces.use(Laboratory.reopen(
                PostgresExtension.dataSource(),
                settings(10_000, 10, Duration.ofSeconds(30)),
                FaultySockets.failing(new OutOfMemoryError(), new IllegalStateException())));
        try (MllpClient unlucky = laboratory().connect()) {
            assertThat(unlucky.isClosedByServer()).isTrue();
        }
        try (MllpClient next = laboratory().connect()) {
            assertThat(next.ask(result("M1"))).contains("MSA|AA|M1");
        }
        assertThat(laboratory().server.isAccepting()).isTrue();
    }

    @Test
    void stoppingLetsAStartedFrameBeAnswered() throws Exception {
        String frame = frame(result("M1"));
        try (MllpClient idle = laboratory().connect();
                MllpClient busy = laboratory().connect()) {
            assertThat(idle.ask(result("M0"))).contains("MSA|AA|M0");
            busy.send(frame.substring(0, 50));
            Thread.sleep(300);
            Thread stopping = new Thread(laboratory().server::stop);
            stopping.start();
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(busy.send(frame.substring(50)).answer()).contains("MSA|AA|M1");
            assertThat(busy.isClosedByServer()).isTrue();
            stopping.join(5_000);
            assertThat(stopping.isAlive()).isFalse();
        }
        assertThat(laboratory().column("control_id")).containsExactly("M0", "M1");
    }

    @Test
    void portThatIsTakenStopsTheStart() {
        Hl7v2Settings taken =
                settings(Map.of("port", String.valueOf(laboratory().server.port())));
        assertThatThrownBy(() -> Laboratory.reopen(PostgresExtension.dataSource(), taken))
                .hasMessageContaining(
                        "MLLP cannot listen on port " + laboratory().server.port());
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
