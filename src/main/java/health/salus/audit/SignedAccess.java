package health.salus.audit;

import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts into the record of a request what somebody is given who has no token but an address that the server has signed. */
public final class SignedAccess {

    private static final String AGENT = "signed address";

    private SignedAccess() {}

    /**
     * Notes whose data it is; before the first byte is given.
     *
     * @param tenant  whose data
     * @param binary  id of the {@code Binary} whose bytes are given
     * @param holders the resources that hold these bytes, with their versions
     */
    public static void disclosed(
            HttpServletRequest request, TenantId tenant, String binary, List<? extends Resource> holders) {
        RequestAudit.of(request).ifPresent(audit -> {
            audit.tenant(tenant);
            audit.caller(null, null, AGENT);
            List<AuditTarget> targets = holders.stream()
                    .map(holder -> AuditTarget.of(holder, AuditUse.DISCLOSED))
                    .toList();
            Set<String> patients = targets.stream()
                    .flatMap(target -> target.patients().stream())
                    .collect(Collectors.toSet());
            targets.forEach(audit::target);
            audit.target(new AuditTarget("Binary", binary, null, AuditUse.DISCLOSED, patients));
        });
    }

    /** Notes for which tenant somebody sends something. */
    public static void received(HttpServletRequest request, TenantId tenant) {
        RequestAudit.of(request).ifPresent(audit -> {
            audit.tenant(tenant);
            audit.caller(null, null, AGENT);
        });
    }
}
