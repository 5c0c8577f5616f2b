package health.salus.smart;

import org.hl7.fhir.r4.model.ResourceType;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scope that opens clinical data, such as {@code patient/Observation.rs}.
 *
 * @param context      whose data
 * @param resourceType a FHIR R4 resource type, or {@value #ANY_TYPE}
 * @param permissions  what may be done with resources of that type, never empty
 * @param filter       with which of them
 */
record ClinicalScope(Context context, String resourceType, Set<Permission> permissions, ScopeFilter filter) {

    /** Stands for every resource type. */
    static final String ANY_TYPE = "*";

    // A filter belongs to v2, and to one type: what its parameter means is said for each type.
    private static final Pattern SYNTAX =
            Pattern.compile("(patient|user|system)/(\\*|[A-Z][A-Za-z]+)\\.([a-z]+|\\*)(?:\\?(.*))?");
    private static final Set<String> VERSION_1 = Set.of("read", "write", "*");

    private static final Set<String> RESOURCE_TYPES =
            Set.copyOf(Arrays.stream(ResourceType.values()).map(Enum::name).toList());

    /** Whose data a scope is about. */
    enum Context {
        PATIENT,
        USER,
        SYSTEM
    }

    ClinicalScope {
        permissions = Set.copyOf(permissions);
    }

    /** Reads a scope, in v1 or v2 syntax, or returns nothing if any part of it is not understood. */
    static Optional<ClinicalScope> parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches() || !(matcher.group(2).equals(ANY_TYPE) || isResourceType(matcher.group(2)))) {
            return Optional.empty();
        }
        Context context = Context.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        return filter(matcher)
                .flatMap(filter -> Permission.parse(matcher.group(3))
                        .map(permissions -> new ClinicalScope(context, matcher.group(2), permissions, filter)));
    }

    private static Optional<ScopeFilter> filter(Matcher scope) {
        if (scope.group(4) == null) {
            return Optional.of(ScopeFilter.NONE);
        }
        return VERSION_1.contains(scope.group(3)) || scope.group(2).equals(ANY_TYPE)
                ? Optional.empty()
                : ScopeFilter.parse(scope.group(2), scope.group(4));
    }

    /** Tells whether this scope lets do this with resources of this type. */
    boolean permits(String type, Permission permission) {
        return coversType(type) && permissions.contains(permission);
    }

    /** Tells whether everything that the other scope opens is opened by this one too. */
    boolean covers(ClinicalScope other) {
        return context == other.context
                && coversType(other.resourceType)
                && permissions.containsAll(other.permissions)
                && filter.covers(other.filter);
    }

    private boolean coversType(String type) {
        return resourceType.equals(ANY_TYPE) || resourceType.equals(type);
    }

    /** Tells whether this is the name of a FHIR R4 resource type. */
    static boolean isResourceType(String type) {
        return RESOURCE_TYPES.contains(type);
    }
}
