package health.salus.audit;

import jakarta.servlet.http.HttpServletRequest;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;

/** Puts into the record of a request which resources a handler outside the FHIR API shows or changes; before the answer. */
public final class ResourceAccess {

    private ResourceAccess() {}

    /** Notes what a search shows. */
    public static void found(HttpServletRequest request, List<? extends Resource> shown) {
        note(request, AuditAction.EXECUTE, "search-type", AuditUse.DISCLOSED, shown);
    }

    public static void created(HttpServletRequest request, Resource resource) {
        note(request, AuditAction.CREATE, "create", AuditUse.CREATED, List.of(resource));
    }

    public static void updated(HttpServletRequest request, Resource resource) {
        note(request, AuditAction.UPDATE, "update", AuditUse.UPDATED, List.of(resource));
    }

    public static void deleted(HttpServletRequest request, Resource resource) {
        note(request, AuditAction.DELETE, "delete", AuditUse.DELETED, List.of(resource));
    }

    private static void note(
            HttpServletRequest request,
            AuditAction does,
            String name,
            AuditUse use,
            List<? extends Resource> resources) {
        RequestAudit.of(request).ifPresent(audit -> {
            audit.interaction(does, name);
            resources.forEach(resource -> audit.target(AuditTarget.of(resource, use)));
        });
    }
}
