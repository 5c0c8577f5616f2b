package health.salus.audit;

import ca.uhn.fhir.context.FhirContext;
import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the address of a request says, for those that are refused before anybody has understood them. */
final class RequestWords {

    private static final Set<String> TYPES = FhirContext.forR4Cached().getResourceTypes();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final Pattern WORD = Pattern.compile("[a-z0-9._$-]{1,40}");
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,10}");
    private static final String FHIR = "fhir";
    private static final int MOST_STEPS = 8;

    private RequestWords() {}

    static AuditAction action(String method) {
        return switch (method) {
            case "GET", "HEAD" -> AuditAction.READ;
            case "PUT", "PATCH" -> AuditAction.UPDATE;
            case "DELETE" -> AuditAction.DELETE;
            default -> AuditAction.EXECUTE;
        };
    }

    /** Returns method and path, of which only short plain words remain: anything may stand in an address. */
    static String event(HttpServletRequest request) {
        String method = request.getMethod();
        return (METHOD.matcher(method).matches() ? method : "?") + " /"
                + steps(request).stream()
                        .map(step -> TYPES.contains(step) || WORD.matcher(step).matches() ? step : "*")
                        .collect(Collectors.joining("/"));
    }

    /** Returns the tenant that a FHIR address names, or nothing if it is no FHIR address. */
    static Optional<TenantId> tenant(HttpServletRequest request) {
        List<String> steps = steps(request);
        if (steps.isEmpty() || !steps.get(0).equals(FHIR)) {
            return Optional.empty();
        }
        return Optional.of(
                steps.size() > 1 && TenantId.isValid(steps.get(1)) ? new TenantId(steps.get(1)) : TenantId.DEFAULT);
    }

    /** Returns the resource that a FHIR address names. */
    static Optional<AuditTarget> target(HttpServletRequest request) {
        List<String> steps = steps(request);
        int type = steps.size() > 1 && TYPES.contains(steps.get(1)) ? 1 : 2;
        if (steps.size() < type + 2 || !steps.get(0).equals(FHIR) || !TYPES.contains(steps.get(type))) {
            return Optional.empty();
        }
        String id = steps.get(type + 1);
        return ID.matcher(id).matches()
                ? Optional.of(new AuditTarget(
                        steps.get(type),
                        id,
                        null,
                        AuditUse.ASKED,
                        steps.get(type).equals("Patient") ? Set.of(id) : Set.of()))
                : Optional.empty();
    }

    static boolean isFhir(HttpServletRequest request) {
        List<String> steps = steps(request);
        return !steps.isEmpty() && steps.get(0).equals(FHIR);
    }

    private static List<String> steps(HttpServletRequest request) {
        return Arrays.stream(request.getRequestURI().split("/", MOST_STEPS + 1))
                .filter(step -> !step.isEmpty())
                .limit(MOST_STEPS)
                .toList();
    }
}
