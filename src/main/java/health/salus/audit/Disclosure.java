package health.salus.audit;

import jakarta.servlet.http.HttpServletRequest;

import java.util.Collection;

/** Puts into the record of a request whose data its answer tells of, where the answer is no FHIR. */
public final class Disclosure {

    private Disclosure() {}

    /** Notes what is about to be shown; before the first byte is given. */
    public static void note(HttpServletRequest request, Collection<AuditTarget> targets) {
        RequestAudit.of(request).ifPresent(audit -> targets.forEach(audit::target));
    }
}
