package health.salus.hl7v2;

import health.salus.mapping.MappingSyntaxException;
import health.salus.mapping.Mappings;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which mappings are for which message.
 *
 * @param current those in force
 * @param history those that were
 */
record MessageRules(Supplier<Mappings> current, MappingHistory history) {

    /**
     * Returns the mappings of a version.
     *
     * @param version null for those in force
     * @return nothing if they were not kept, or if this release does not understand them any more
     */
    Optional<Mappings> of(@Nullable String version) {
        if (version == null) {
            return Optional.of(current.get());
        }
        try {
            return history.find(version);
        } catch (MappingSyntaxException notUnderstood) {
            return Optional.empty();
        }
    }
}
