package health.salus.smart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** To which addresses this server goes for the keys of clients. */
class PublishedKeysTest {

    private final PublishedKeys keys =
            new PublishedKeys(TestSettings.with(Path.of("data"), "salus_role", List.of("keys.hospital:8443")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.1",
                "172.16.5.4",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::"
            })
    void addressesThatOnlyThisServerReachesAreNotPublic(String address) throws UnknownHostException {
        assertThat(PublicAddresses.contain(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"})
    void otherAddressesArePublic(String address) throws UnknownHostException {
        assertThat(PublicAddresses.contain(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://localhost/keys", "https://127.0.0.1:8443/keys", "http://93.184.216.34/keys"})
    void nobodyIsAskedThere(String address) {
        assertThatThrownBy(() -> keys.retrieveResource(new URL(address)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("public");
    }

    @Test
    void keysAreRegisteredAtHttpsOrAtHostsThatTheInstitutionNames() {
        assertThat(keys.mayBeAt(URI.create("https://app.example/keys"))).isTrue();
        assertThat(keys.mayBeAt(URI.create("http://keys.hospital:8443/keys"))).isTrue();
        assertThat(keys.mayBeAt(URI.create("http://keys.hospital/keys"))).isFalse();
        assertThat(keys.mayBeAt(URI.create("http://app.example/keys"))).isFalse();
        assertThat(keys.mayBeAt(URI.create("https://user@app.example/keys"))).isFalse();
        assertThat(keys.mayBeAt(URI.create("file:///etc/passwd"))).isFalse();
    }
}
