package health.salus.smart;

import com.nimbusds.jose.jwk.RSAKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SigningKeyTest {

    @TempDir
    private Path folder;

    @Test
    void theKeyIsMadeOnceAndUsedAfterEveryRestart() {
        RSAKey key = SigningKey.in(folder);

        assertThat(key.isPrivate()).isTrue();
        assertThat(key.size()).isGreaterThanOrEqualTo(2048);
        assertThat(SigningKey.in(folder)).isEqualTo(key);
    }

    @Test
    void aBrokenFileStopsTheServerInsteadOfBeingReplaced() throws IOException {
        Files.writeString(folder.resolve("token-signing.jwk.json"), "{}");

        assertThatThrownBy(() -> SigningKey.in(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("token-signing.jwk.json");
    }
}
