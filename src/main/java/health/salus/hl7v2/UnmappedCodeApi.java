package health.salus.hl7v2;

import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;

/** {@code GET /api/hl7v2/unmapped}: the local codes that wait for a row in a concept map. */
@RestController
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@RequestMapping("/api/hl7v2/unmapped")
@AllowedTo(Role.ADMIN)
class UnmappedCodeApi {

    private final UnmappedCodes codes;

    UnmappedCodeApi(UnmappedCodes codes) {
        this.codes = codes;
    }

    /** Lists the codes of the caller's tenant, the most frequent first. */
    @GetMapping
    Codes list(@AuthenticationPrincipal SmartPrincipal caller, UnmappedCodeQuery query) {
        return new Codes(codes.list(caller.tenant(), query));
    }

    /** Some codes. */
    record Codes(List<UnmappedCodeCount> codes) {}
}
