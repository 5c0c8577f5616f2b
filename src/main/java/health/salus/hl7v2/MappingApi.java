package health.salus.hl7v2;

import health.salus.mapping.LiveMappings;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** {@code /api/hl7v2/mappings}: which mappings are in force, and why others are not. */
@RestController
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@RequestMapping("/api/hl7v2/mappings")
@AllowedTo(Role.ADMIN)
class MappingApi {

    private final LiveMappings mappings;
    private final MappingHistory history;

    MappingApi(LiveMappings mappings, MappingHistory history) {
        this.mappings = mappings;
        this.history = history;
    }

    /** Tells which mappings are in force. */
    @GetMapping
    InForce read() {
        return InForce.of(mappings.state());
    }

    /**
     * Brings what lies in the folder into force at once.
     *
     * @return what is in force now; 422 with file and line of the first mistake if that is what was in force before
     */
    @PostMapping("/reload")
    InForce reload() {
        InForce now = InForce.of(mappings.reload());
        if (now.mistake() != null) {
            throw new ResponseStatusException(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "The mappings " + now.version() + " stay in force. " + now.mistake());
        }
        return now;
    }

    /** Returns the text of the files of a version by their paths; 404 if it was never in force. */
    @GetMapping("/{version}")
    Map<String, String> files(@PathVariable String version) {
        return new TreeMap<>(history.files(version)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "No mappings of this version were ever in force")));
    }

    /**
     * Which mappings are in force.
     *
     * @param version twelve hexadecimal digits that follow from the text of the mappings
     * @param since   when they came into force on this server
     * @param mistake why what lies in the folder is not, with file and line; null if it is
     */
    record InForce(String version, Instant since, @Nullable String mistake) {

        static InForce of(LiveMappings.State state) {
            return new InForce(
                    state.mappings().version(), state.since(), state.mistake().orElse(null));
        }
    }
}
