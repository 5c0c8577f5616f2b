package health.salus.smart;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The keys of this server: the one that signs, and the one before, which stays published so that what it has signed is
 * still good. The files are read again every minute, so servers that share a folder agree.
 */
class SigningKeys implements JWKSource<SecurityContext> {

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

    private final Path folder;
    private final Duration lifetime;
    private final Clock clock;
    private volatile JWKSet keys;

    SigningKeys(Path folder, Duration lifetime, Clock clock) {
        this.folder = folder;
        this.lifetime = lifetime;
        this.clock = clock;
        this.keys = read();
    }

    /** Replaces the key if it is too old. A crash on the way leaves the old key, which is then replaced the next time. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.MINUTES)
    void renew() {
        RSAKey current = SigningKey.in(folder);
        if (SigningKey.madeAt(folder, current).plus(lifetime).isBefore(clock.instant())) {
            SigningKey.replace(folder, current, clock.instant());
            log.info("Tokens are signed with a new key from now on");
        }
        keys = read();
    }

    /** Returns the keys that fit, the one that signs before the other. */
    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        return selector.select(keys);
    }

    private JWKSet read() {
        RSAKey current = SigningKey.in(folder);
        return new JWKSet(Stream.concat(Stream.of(current), SigningKey.before(folder).stream())
                .distinct()
                .<JWK>map(it -> it)
                .toList());
    }
}
