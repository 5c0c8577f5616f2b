package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Optional;

/** By which mappings a message is processed again. */
enum ReplayMapping {
    /** Those in force when its turn comes. */
    CURRENT,
    /** Those that it was processed with the last time. */
    ORIGINAL;

    /** Reads {@code current} or {@code original}, and anything else as nothing. */
    static Optional<ReplayMapping> read(String text) {
        for (ReplayMapping mapping : values()) {
            if (mapping.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Optional.of(mapping);
            }
        }
        return Optional.empty();
    }

    /** Returns the version that a message is to be processed with; null for those in force. */
    @Nullable
    String version(MessageSummary message) {
        return this == ORIGINAL ? message.mappingVersion() : null;
    }
}
