package health.salus.mapping;

import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.Optional;

/**
 * The interface that a message came in by, and what its sender leaves unsaid.
 *
 * @param name    names the interface in {@code meta.source} and the concept map {@code conceptmaps/<name>.csv}; letters,
 *                digits and hyphens
 * @param zone    the time zone of times that are sent without one, in messages whose MSH-7 has none either
 * @param charset the character set of all its messages whatever they declare; without one it is found in the message
 */
public record Feed(String name, ZoneId zone, Optional<Charset> charset) {

    /** A feed whose messages tell their character set. */
    public Feed(String name, ZoneId zone) {
        this(name, zone, Optional.empty());
    }

    /** The same for a message that names another zone. */
    Feed in(ZoneId other) {
        return other.equals(zone) ? this : new Feed(name, other, charset);
    }
}
