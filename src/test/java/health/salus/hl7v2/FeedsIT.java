package health.salus.hl7v2;

import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

import javax.net.ServerSocketFactory;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Several feeds, told apart by port or by sender. */
class FeedsIT {

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void feedsOnOnePortAreToldApartByTheirSenders() throws Exception {
        interfaces.reopen(settings(Map.of(
                "feeds.micro.sending-facilities", "MICROLAB",
                "feeds.micro.unknown-types", "accept",
                "feeds.poct.sending-applications", "GLUCO,BGA",
                "feeds.poct.acknowledgment", "original")));
        try (MllpClient client = laboratory().connect()) {
            client.ask(result("M1").replace("CITYLAB", "MICROLAB"));
            client.ask(result("M2").replace("LABSYS", "BGA"));
            client.ask(result("M3"));
            assertThat(client.ask(result("M4").replace("CITYLAB", "MICROLAB").replace("ORU^R01", "ZZZ^Z01")))
                    .contains("MSA|AA|M4");
            assertThat(client.ask(result("M5").replace("ORU^R01", "ZZZ^Z01"))).contains("MSA|AR|M5");
            assertThat(client.ask(result("M6").replace("LABSYS", "BGA").replace("|2.5.1||||||", "|2.5.1|||AL|NE||")))
                    .contains("MSA|AA|M6");
        }
        assertThat(laboratory().column("feed")).containsExactly("micro", "poct", "lab", "micro", "lab", "poct");
        assertThat(laboratory().column("state"))
                .containsExactly("RECEIVED", "RECEIVED", "RECEIVED", "UNSUPPORTED", "UNSUPPORTED", "RECEIVED");
    }

    @Test
    void charsetOfAFeedCountsWhateverItsMessagesDeclare() throws Exception {
        interfaces.reopen(settings(Map.of("charset", "windows-1250")));
        laboratory().worker.start();
        try (MllpClient client = laboratory().connect()) {
            client.send(MllpClient.frame(result("M1").replace("Müstermann", "Łoś")), Charset.forName("windows-1250"));
            assertThat(client.answer()).contains("MSA|AA|M1");
        }
        MessageWorkerIT.await(() -> laboratory().writer.written.contains("M1"));
        Patient patient = (Patient) laboratory().writer.last.getEntryFirstRep().getResource();
        assertThat(patient.getNameFirstRep().getFamily()).isEqualTo("Łoś");
    }

    @Test
    void feedWithItsOwnPortGetsAListenerOfItsOwn() {
        Feeds feeds = Feeds.of(settings(Map.of("feeds.micro.port", "7001", "feeds.micro.max-connections", "3")));
        assertThat(feeds.listeners()).hasSize(2);
        ListenerSettings own = feeds.listeners().get(1);
        assertThat(own.port()).isEqualTo(7001);
        assertThat(own.maxConnections()).isEqualTo(3);
        assertThat(own.feeds()).extracting(MessageFeed::name).containsExactly("micro");
        assertThat(feeds.listeners().get(0).feeds())
                .extracting(MessageFeed::name)
                .containsExactly("lab");
    }

    @Test
    void portOfAFeedHasMessagesPeersAndALimitOfItsOwn() throws Exception {
        Hl7v2Settings settings = settings(Map.of(
                "feeds.micro.port", "0",
                "feeds.micro.max-connections", "1",
                "feeds.closed.port", "0",
                "feeds.closed.allowed-peers", "192.0.2.7"));
        interfaces.reopen(settings);
        MllpServer micro = start(settings, "micro");
        MllpServer closed = start(settings, "closed");
        try (MllpClient client = new MllpClient(micro.port());
                MllpClient shared = laboratory().connect();
                MllpClient stranger = new MllpClient(closed.port())) {
            assertThat(client.ask(result("M1"))).contains("MSA|AA|M1");
            try (MllpClient second = new MllpClient(micro.port())) {
                assertThat(second.isClosedByServer()).isTrue();
            }
            assertThat(shared.ask(result("M2"))).contains("MSA|AA|M2");
            assertThat(stranger.isClosedByServer()).isTrue();
        } finally {
            micro.stop();
            closed.stop();
        }
        assertThat(laboratory().column("feed")).containsExactly("micro", "lab");
    }

    private MllpServer start(Hl7v2Settings settings, String feed) {
        ListenerSettings listener = Feeds.of(settings).listeners().stream()
                .filter(it -> it.feeds().get(0).name().equals(feed))
                .findFirst()
                .orElseThrow();
        MllpServer server = new MllpServer(
                listener,
                Connections.of(
                        listener,
                        laboratory().receivers.receiver(listener.feeds()),
                        new IntakeGate(laboratory().store, 10),
                        settings,
                        new DefaultSslBundleRegistry()),
                ServerSocketFactory.getDefault());
        server.start();
        return server;
    }

    @Test
    void feedsThatCannotBeToldApartStopTheStart() {
        assertThatThrownBy(() -> Feeds.of(settings(Map.of("feeds.micro.zone", "Europe/Paris"))))
                .hasMessageContaining("feeds.micro needs a port");
        assertThatThrownBy(() -> Feeds.of(settings(Map.of("feeds.a.port", "7001", "feeds.b.port", "7001"))))
                .hasMessageContaining("has the port of another feed");
        assertThatThrownBy(() -> Feeds.of(settings(Map.of("feeds.lab.port", "7001"))))
                .hasMessageContaining("two feeds have the name lab");
        assertThatThrownBy(() -> Feeds.of(settings(Map.of("feeds.a.port", "7001", "feeds.a.address", "0.0.0.0")))
                        .listeners())
                .hasMessageContaining("allowed-peers must say which of them may send");
    }

    @Test
    void silentFeedIsShownUntilItSpeaksAgain() throws Exception {
        interfaces.reopen(settings(Map.of("silence", "1h")));
        try (MllpClient client = laboratory().connect()) {
            client.ask(result("M1"));
            FeedMonitor later = new FeedMonitor(
                    laboratory().database,
                    laboratory().feeds,
                    Clock.offset(Clock.systemUTC(), Duration.ofHours(2)),
                    laboratory().meters);
            later.look();
            assertThat(later.silent()).containsExactly("lab");
            laboratory().monitor.look();
            assertThat(laboratory().monitor.silent()).isEmpty();
        }
        assertThat(laboratory()
                        .meters
                        .get("salus.hl7v2.waiting")
                        .tag("feed", "lab")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(laboratory()
                        .meters
                        .get("salus.hl7v2.acknowledged")
                        .tag("feed", "lab")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
