package health.salus.audit;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import health.salus.smart.SmartPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/** Notes reads that are answered past HAPI, in the words of those that are not. */
@Component
public class ReadTrail {

    private final PatientsInJson patients = new PatientsInJson(PatientsOf.R4);

    /**
     * Notes that a request is answered with a resource. The record is written before the answer leaves.
     *
     * @param versioned whether the request names the version
     * @param type      a FHIR R4 resource type
     * @param id        without the type
     * @param version   its {@code meta.versionId}
     * @param json      all of it
     */
    public void disclose(
            HttpServletRequest request,
            SmartPrincipal caller,
            boolean versioned,
            String type,
            String id,
            long version,
            String json) {
        RestOperationTypeEnum kind = versioned ? RestOperationTypeEnum.VREAD : RestOperationTypeEnum.READ;
        AuditTarget target =
                new AuditTarget(type, id, String.valueOf(version), AuditUse.DISCLOSED, patients.of(type, id, json));
        RequestAudit audit = RequestAudit.of(request).orElseThrow();
        audit.caller(caller);
        audit.interaction(AuditAction.READ, kind.getCode());
        audit.target(target);
    }
}
