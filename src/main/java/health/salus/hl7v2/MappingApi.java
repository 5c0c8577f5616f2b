package health.salus.hl7v2;

import health.salus.mapping.LiveMappings;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.time.Instant;
import java.util.Map;

/**
 * {@code /api/hl7v2/mappings}: which mappings are in force, and why others are not. All tenants share them, so only
 * administrators of the tenant {@code default} change them; those of others do not see what is in their concept maps.
 */
@RestController
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@RequestMapping("/api/hl7v2/mappings")
@AllowedTo(Role.ADMIN)
class MappingApi {

    private final LiveMappings mappings;
    private final MappingHistory history;
    private final Feeds feeds;

    MappingApi(LiveMappings mappings, MappingHistory history, Feeds feeds) {
        this.mappings = mappings;
        this.history = history;
        this.feeds = feeds;
    }

    /** Tells which mappings are in force. */
    @GetMapping
    InForce read(@AuthenticationPrincipal SmartPrincipal caller) {
        return InForce.of(mappings.state(), visibleTo(caller));
    }

    /**
     * Brings what lies in the folder into force at once.
     *
     * @return what is in force now; 422 with file and line of the first mistake if that is what was in force before;
     *     403 for administrators of other tenants than {@code default}
     */
    @PostMapping("/reload")
    InForce reload(@AuthenticationPrincipal SmartPrincipal caller) {
        if (!caller.tenant().equals(TenantId.DEFAULT)) {
            throw new ResponseStatusException(
                    HttpStatus.FORBIDDEN, "Mappings are reloaded by administrators of the tenant 'default'");
        }
        InForce now = InForce.of(mappings.reload(), visibleTo(caller));
        if (now.mistake() != null) {
            throw new ResponseStatusException(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "The mappings " + now.version() + " stay in force. " + now.mistake());
        }
        return now;
    }

    /** Returns the text of the files of a version by their paths; 404 if it was never in force. */
    @GetMapping("/{version}")
    Map<String, String> files(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String version) {
        return visibleTo(caller)
                .files(history.files(version)
                        .orElseThrow(() -> new ResponseStatusException(
                                HttpStatus.NOT_FOUND, "No mappings of this version were ever in force")));
    }

    private VisibleMappings visibleTo(SmartPrincipal caller) {
        return new VisibleMappings(feeds, caller.tenant());
    }

    /**
     * Which mappings are in force.
     *
     * @param version twelve hexadecimal digits that follow from the text of the mappings
     * @param since   when they came into force on this server
     * @param mistake why what lies in the folder is not, with file and line; null if it is
     */
    record InForce(String version, Instant since, @Nullable String mistake) {

        static InForce of(LiveMappings.State state, VisibleMappings visible) {
            return new InForce(
                    state.mappings().version(),
                    state.since(),
                    state.mistake().map(visible::mistake).orElse(null));
        }
    }
}
