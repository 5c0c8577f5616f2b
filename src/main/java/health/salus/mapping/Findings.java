package health.salus.mapping;

import org.hl7.fhir.r4.model.Coding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was noticed while a message was mapped. Findings name positions, never content, so that they may be logged. */
final class Findings {

    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> rejections = new LinkedHashSet<>();
    private final Map<String, UnmappedCode> unmapped = new LinkedHashMap<>();
    private final Set<V2Place> unmappedPlaces = new HashSet<>();

    /** Notes something that a person should know and that does not stop the message. */
    void warn(V2Value value, String what) {
        warn(value.position() + " " + what);
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Notes a local code of a test that no concept map translates, once however many resources get it. */
    void unmapped(V2Value value, Coding coding) {
        if (!unmappedPlaces.add(value.place())) {
            return;
        }
        String display = coding.hasDisplay() ? coding.getDisplay() : "";
        UnmappedCode once = new UnmappedCode(coding.getSystem(), coding.getCode(), display, 1);
        unmapped.merge(
                coding.getSystem() + "|" + coding.getCode(),
                once,
                (known, again) -> new UnmappedCode(known.system(), known.code(), known.display(), known.count() + 1));
    }

    List<UnmappedCode> unmappedCodes() {
        return new ArrayList<>(unmapped.values());
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
