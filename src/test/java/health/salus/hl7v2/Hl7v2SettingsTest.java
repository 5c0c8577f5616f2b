package health.salus.hl7v2;

import health.salus.mapping.Mappings;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The keys of {@code salus.hl7v2} and what they are when nobody sets them. */
class Hl7v2SettingsTest {

    @Test
    void defaultsLetOnlyThisMachineIn() throws Exception {
        assertThat(bind(Map.of()))
                .isEqualTo(new Hl7v2Settings(
                        true,
                        InetAddress.getByName("127.0.0.1"),
                        2575,
                        List.of(),
                        DataSize.ofMegabytes(50),
                        20,
                        Duration.ofSeconds(60),
                        "lab",
                        TenantId.DEFAULT,
                        null,
                        null,
                        UnknownTypes.REFUSE,
                        AcknowledgmentMode.AS_ASKED,
                        null,
                        null,
                        2576,
                        Map.of(),
                        null,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        4,
                        10_000,
                        2_000,
                        Duration.ofDays(90),
                        null));
    }

    @Test
    void everyKeyCanBeSet() throws Exception {
        Map<String, String> keys = Map.ofEntries(
                Map.entry("enabled", "false"),
                Map.entry("address", "0.0.0.0"),
                Map.entry("port", "7000"),
                Map.entry("allowed-peers", "10.0.0.0/8,::1"),
                Map.entry("max-frame-size", "1MB"),
                Map.entry("max-connections", "3"),
                Map.entry("frame-timeout", "5s"),
                Map.entry("feed", "micro"),
                Map.entry("tenant", "north"),
                Map.entry("zone", "Europe/Berlin"),
                Map.entry("mappings", "/maps"),
                Map.entry("charset", "windows-1252"),
                Map.entry("unknown-types", "accept"),
                Map.entry("acknowledgment", "original"),
                Map.entry("silence", "1h"),
                Map.entry("tls-bundle", "mllp"),
                Map.entry("tls-port", "7001"),
                Map.entry("feeds.radiology.port", "7002"),
                Map.entry("poll-interval", "1s"),
                Map.entry("retry-delay", "2s"),
                Map.entry("workers", "2"),
                Map.entry("max-waiting", "7"),
                Map.entry("max-moved-resources", "8"),
                Map.entry("retention", "30d"),
                Map.entry("drop-directory", "/drop"));
        assertThat(bind(keys))
                .isEqualTo(new Hl7v2Settings(
                        false,
                        InetAddress.getByName("0.0.0.0"),
                        7000,
                        List.of("10.0.0.0/8", "::1"),
                        DataSize.ofMegabytes(1),
                        3,
                        Duration.ofSeconds(5),
                        "micro",
                        new TenantId("north"),
                        ZoneId.of("Europe/Berlin"),
                        Charset.forName("windows-1252"),
                        UnknownTypes.ACCEPT,
                        AcknowledgmentMode.ORIGINAL,
                        Duration.ofHours(1),
                        "mllp",
                        7001,
                        Map.of("radiology", port(7002)),
                        Path.of("/maps"),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        2,
                        7,
                        8,
                        Duration.ofDays(30),
                        Path.of("/drop")));
    }

    @Test
    void openingToOtherMachinesNeedsAListOfThem() {
        assertThatThrownBy(() -> bind(Map.of("address", "0.0.0.0")))
                .hasRootCauseMessage("salus.hl7v2: address is open to other machines, so allowed-peers must say which"
                        + " of them may send");
    }

    @Test
    void feedIsFitForAUri() {
        assertThatThrownBy(() -> bind(Map.of("feed", "our lab")))
                .hasRootCauseMessage("salus.hl7v2: feed must be letters, digits and hyphens");
    }

    @Test
    void peersAreAddressesAndNetworks() throws Exception {
        PeerList peers = PeerList.of(List.of("10.1.0.0/16", "192.0.2.7", "fe80::/10"));
        assertThat(peers.allows(InetAddress.getByName("10.1.99.1"))).isTrue();
        assertThat(peers.allows(InetAddress.getByName("192.0.2.7"))).isTrue();
        assertThat(peers.allows(InetAddress.getByName("fe80::1"))).isTrue();
        assertThat(peers.allows(InetAddress.getByName("10.2.0.1"))).isFalse();
        assertThat(peers.allows(InetAddress.getByName("127.0.0.1"))).isFalse();
        assertThat(PeerList.of(List.of()).allows(InetAddress.getByName("10.2.0.1")))
                .isTrue();
    }

    @Test
    void mappingsAreTakenFromTheSettingElseFromTheFolderElseFromTheJar(@TempDir Path directory) throws Exception {
        assertThat(MappingLocation.choose(Path.of("/maps"), directory)).isEqualTo("file:///maps");
        assertThat(MappingLocation.choose(Path.of("maps"), directory)).isEqualTo(directory.toUri() + "maps");
        assertThat(MappingLocation.choose(null, directory)).isEqualTo("classpath:hl7-mappings");
        Files.createDirectory(directory.resolve("hl7-mappings"));
        assertThat(MappingLocation.choose(null, directory)).isEqualTo(directory.toUri() + "hl7-mappings");
    }

    @Test
    void folderOfMappingsMayHaveAnyName(@TempDir Path directory) throws Exception {
        Path folder = directory.resolve("our {new} maps #1");
        FileSystemUtils.copyRecursively(Path.of("hl7-mappings"), folder);
        assertThat(Mappings.load(MappingLocation.choose(folder, directory)).version())
                .isEqualTo(Mappings.load("classpath:hl7-mappings").version());
    }

    @Test
    void mappingsInTheJarAreThoseOfTheFolder() throws Exception {
        assertThat(Mappings.load("classpath:hl7-mappings").version())
                .isEqualTo(Mappings.load("file:hl7-mappings").version());
        assertThatThrownBy(() -> Mappings.load("file:nowhere")).hasMessageContaining("file:nowhere");
    }

    private static FeedSettings port(int port) {
        return new FeedSettings(
                null, null, null, List.of(), List.of(), null, null, null, port, null, List.of(), null, null);
    }

    private static Hl7v2Settings bind(Map<String, String> keys) {
        Map<String, String> properties = new HashMap<>();
        keys.forEach((key, value) -> properties.put("salus.hl7v2." + key, value));
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("salus.hl7v2", Hl7v2Settings.class);
    }
}
