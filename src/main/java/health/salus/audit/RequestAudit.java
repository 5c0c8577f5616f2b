package health.salus.audit;

import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is known so far of the HTTP request that is being answered. Whoever learns more tells it here; in the end it becomes
 * one entry.
 */
final class RequestAudit {

    private static final String ATTRIBUTE = RequestAudit.class.getName();
    private static final int LONGEST_USER_AGENT = 200;

    private final Map<String, AuditTarget> targets = new LinkedHashMap<>();
    private final List<QueryTerm> query = new ArrayList<>();
    private final String requestId;
    private AuditAgent agent;
    private AuditKind kind = AuditKind.REQUEST;
    private AuditAction action;
    private String event;
    private String reason = "";
    private @Nullable TenantId tenant;
    private @Nullable AuditOutcome outcome;

    private RequestAudit(HttpServletRequest request, String requestId) {
        this.requestId = requestId;
        this.agent = new AuditAgent(null, null, null, null, request.getRemoteAddr(), userAgent(request));
        this.action = RequestWords.action(request.getMethod());
        this.event = RequestWords.event(request);
    }

    /** Begins with what the request line and its headers say. */
    static RequestAudit begin(HttpServletRequest request, String requestId) {
        RequestAudit audit = new RequestAudit(request, requestId);
        request.setAttribute(ATTRIBUTE, audit);
        return audit;
    }

    /** Returns that of a request, or nothing if it is not audited. */
    static Optional<RequestAudit> of(HttpServletRequest request) {
        return Optional.ofNullable((RequestAudit) request.getAttribute(ATTRIBUTE));
    }

    /** Returns that of the request that this thread answers, or nothing if it answers none. */
    static Optional<RequestAudit> current() {
        RequestAttributes attributes = RequestContextHolder.getRequestAttributes();
        return attributes == null
                ? Optional.empty()
                : Optional.ofNullable(
                        (RequestAudit) attributes.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST));
    }

    synchronized void caller(SmartPrincipal caller) {
        Role role = caller.role();
        agent = new AuditAgent(
                caller.subject(),
                role == null ? null : role.code(),
                caller.fhirUser(),
                caller.clientId(),
                agent.address(),
                agent.userAgent());
        tenant = caller.tenant();
    }

    /** Says who asks before or without a token: at the login and at the token endpoint. */
    synchronized void caller(@Nullable String user, @Nullable String role, @Nullable String client) {
        agent = agent.named(
                user == null ? agent.user() : user,
                role == null ? agent.role() : role,
                client == null ? agent.client() : client);
    }

    /** Notes the client that somebody claims to be, unless it is known who it is. */
    synchronized void claimedBy(String client) {
        if (agent.client() == null) {
            agent = agent.named(agent.user(), agent.role(), client);
        }
    }

    synchronized boolean hasTenant() {
        return tenant != null;
    }

    synchronized void tenant(TenantId known) {
        tenant = known;
    }

    synchronized void happened(AuditKind what, String name) {
        kind = what;
        event = name;
    }

    synchronized void interaction(AuditAction does, String name) {
        action = does;
        event = name;
    }

    /** Says how it ended where the HTTP status does not tell, as with the redirect after a failed login. */
    synchronized void ended(AuditOutcome how, String why) {
        outcome = how;
        reason = why;
    }

    synchronized void asks(QueryTerm term) {
        query.add(term);
    }

    /** Adds a resource; of several uses of one version, the strongest counts. */
    synchronized void target(AuditTarget target) {
        targets.merge(
                target.reference() + "/" + target.version(),
                target,
                (one, other) -> one.use().compareTo(other.use()) >= 0 ? one : other);
    }

    synchronized boolean isKnown(String reference) {
        return targets.values().stream().anyMatch(it -> it.reference().equals(reference));
    }

    /** Makes the entry for an answer with this status. */
    synchronized AuditEntry entry(int status) {
        return new AuditEntry(
                Instant.now(),
                tenant,
                kind,
                action,
                event,
                outcome == null ? AuditOutcome.ofStatus(status) : outcome,
                reason.isEmpty() ? String.valueOf(status) : reason,
                null,
                agent,
                requestId,
                query,
                asShown(status));
    }

    // What was found for an answer that then became an error was neither shown nor changed.
    private List<AuditTarget> asShown(int status) {
        TreeSet<String> named = new TreeSet<>();
        targets.values().stream()
                .filter(it -> it.use() != AuditUse.ASKED)
                .map(AuditTarget::reference)
                .forEach(named::add);
        if (AuditOutcome.ofStatus(status) == AuditOutcome.SUCCESS) {
            return targets.values().stream()
                    .filter(it -> it.use() != AuditUse.ASKED || !named.contains(it.reference()))
                    .toList();
        }
        return targets.values().stream()
                .map(it -> new AuditTarget(it.type(), it.id(), it.version(), AuditUse.ASKED, it.patients()))
                .toList();
    }

    private static @Nullable String userAgent(HttpServletRequest request) {
        String given = request.getHeader("User-Agent");
        return given == null ? null : given.substring(0, Math.min(given.length(), LONGEST_USER_AGENT));
    }
}
