package health.salus.smart;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.RSAKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

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
    void aKeyThatIsTooOldIsReplacedAndStaysPublished() {
        SigningKeys keys = new SigningKeys(folder, Duration.ofDays(30), at(Instant.now()));
        RSAKey first = SigningKey.in(folder);
        keys.renew();
        assertThat(published(keys)).containsExactly(first);

        SigningKeys later =
                new SigningKeys(folder, Duration.ofDays(30), at(Instant.now().plus(Duration.ofDays(31))));
        later.renew();

        assertThat(published(later)).hasSize(2).endsWith(first).doesNotHaveDuplicates();
        assertThat(published(later).get(0)).isEqualTo(SigningKey.in(folder)).isNotEqualTo(first);
        assertThat(published(new SigningKeys(folder, Duration.ofDays(30), at(Instant.now()))))
                .isEqualTo(published(later));
    }

    private static List<JWK> published(SigningKeys keys) {
        return keys.get(new JWKSelector(new JWKMatcher.Builder().build()), null);
    }

    private static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    @Test
    void aBrokenFileStopsTheServerInsteadOfBeingReplaced() throws IOException {
        Files.writeString(folder.resolve("token-signing.jwk.json"), "{}");

        assertThatThrownBy(() -> SigningKey.in(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("token-signing.jwk.json");
    }
}
