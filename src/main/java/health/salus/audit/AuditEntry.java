package health.salus.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * One thing that happened, as the trail keeps it. It holds ids and no content of any record.
 *
 * @param recorded  when, to the microsecond
 * @param tenant    whose data it was about, or null if that cannot be told
 * @param kind      what sort of thing
 * @param action    what was done
 * @param event     the FHIR interaction ({@code read}), the operation ({@code $everything}), or a short word such as
 *                  {@code login} or {@code POST /oauth2/token}
 * @param outcome   how it ended
 * @param reason    the HTTP status or a code, never a text that quotes somebody
 * @param purpose   code of the purpose of use (http://terminology.hl7.org/CodeSystem/v3-ActReason), if one was given
 * @param agent     who
 * @param requestId the {@code X-Request-ID}, or another id that leads to the log
 * @param query     what was asked, without values that could tell of a person
 * @param targets   the resources that were named, shown or changed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditEntry(
        Instant recorded,
        @Nullable TenantId tenant,
        AuditKind kind,
        AuditAction action,
        String event,
        AuditOutcome outcome,
        String reason,
        @Nullable String purpose,
        AuditAgent agent,
        String requestId,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<QueryTerm> query,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AuditTarget> targets) {

    public AuditEntry {
        recorded = recorded.truncatedTo(ChronoUnit.MICROS);
        query = query == null ? List.of() : List.copyOf(query);
        targets = targets == null ? List.of() : List.copyOf(targets);
    }

    /**
     * Describes what no HTTP request brought about: a message of a feed, a command, a job.
     *
     * @param tenant    whose data
     * @param kind      {@link AuditKind#MESSAGE} and so on
     * @param event     a short word for it, {@code ORU^R01}
     * @param outcome   how it ended
     * @param reason    a code that says why, or empty
     * @param agent     who
     * @param requestId an id under which more is known, such as that of the message's row
     * @param targets   what it changed
     */
    public static AuditEntry of(
            @Nullable TenantId tenant,
            AuditKind kind,
            String event,
            AuditOutcome outcome,
            String reason,
            AuditAgent agent,
            String requestId,
            List<AuditTarget> targets) {
        return new AuditEntry(
                Instant.now(),
                tenant,
                kind,
                AuditAction.EXECUTE,
                event,
                outcome,
                reason,
                null,
                agent,
                requestId,
                List.of(),
                targets);
    }

    /** Tells whether it changed something, or let somebody in: that must not be forgotten even if nobody was answered. */
    boolean hasEffect() {
        return kind != AuditKind.REQUEST
                || targets.stream().anyMatch(it -> it.use() != AuditUse.ASKED && it.use() != AuditUse.DISCLOSED);
    }
}
