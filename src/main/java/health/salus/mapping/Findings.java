package health.salus.mapping;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was noticed while a message was mapped. Findings name positions, never content, so that they may be logged. */
final class Findings {

    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> rejections = new LinkedHashSet<>();

    /** Notes something that a person should know and that does not stop the message. */
    void warn(V2Value value, String what) {
        warn(value.position() + " " + what);
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Notes a reason why the message cannot be mapped. */
    void reject(String reason) {
        rejections.add(reason);
    }

    List<String> warnings() {
        return new ArrayList<>(warnings);
    }

    List<String> rejections() {
        return new ArrayList<>(rejections);
    }
}
