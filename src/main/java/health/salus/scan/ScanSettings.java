package health.salus.scan;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.Optional;

/**
 * The scanner of attachments, ClamAV's {@code clamd}.
 *
 * @param clamdHost      {@code salus.scan.clamd-host}: where clamd listens; without it, nothing is scanned
 * @param clamdPort      {@code salus.scan.clamd-port}: its {@code TCPSocket}
 * @param timeout        {@code salus.scan.timeout}: how long a connection, a block or the verdict may take; then the content is
 *                       kept, but not served before a later scan
 * @param maxSize        {@code salus.scan.max-size}: the most that clamd takes, its {@code StreamMaxLength}
 * @param larger         {@code salus.scan.larger}: {@code refuse} content that is larger, or {@code accept} it without a scan
 * @param unseen         {@code salus.scan.unseen}: {@code serve} what was stored before there was a scanner until it is scanned, or
 *                       {@code hold} it until then
 * @param rescanInterval {@code salus.scan.rescan-interval}: pause between two rounds over what is not scanned yet
 */
@ConfigurationProperties("salus.scan")
record ScanSettings(
        @Nullable String clamdHost,
        @DefaultValue("3310") int clamdPort,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("100MB") DataSize maxSize,
        @DefaultValue("refuse") Larger larger,
        @DefaultValue("serve") Unseen unseen,
        @DefaultValue("1m") Duration rescanInterval) {

    /** What becomes of content that is too large to be scanned. */
    enum Larger {
        REFUSE,
        ACCEPT
    }

    /** What becomes of content that came before the scanner, until it is scanned. */
    enum Unseen {
        SERVE,
        HOLD
    }

    /** The host, if one is given; an empty one, as container files like to pass it, is none. */
    Optional<String> host() {
        return Optional.ofNullable(clamdHost).filter(StringUtils::hasText);
    }
}
