package health.salus.audit;

import health.salus.smart.EmergencyOpened;
import org.springframework.context.event.EventListener;

import java.util.Set;

/** Writes into the record of a request that it has opened a patient's record in an emergency. */
final class EmergencyListener {

    /** Called on the thread of the request, before its answer. */
    @EventListener
    void onOpened(EmergencyOpened emergency) {
        RequestAudit.current().ifPresent(audit -> {
            audit.happened(AuditKind.BREAK_GLASS, "break-glass");
            audit.target(new AuditTarget(
                    "Patient", emergency.patient(), null, AuditUse.DISCLOSED, Set.of(emergency.patient())));
        });
    }
}
