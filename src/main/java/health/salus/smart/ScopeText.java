package health.salus.smart;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in words what a scope opens, for the person who is to decide about it. */
public final class ScopeText {

    private static final Map<String, String> OTHERS = Map.of(
            SmartScopes.OPENID, "Know that it is you",
            SmartScopes.FHIR_USER, "Know who you are",
            SmartScopes.LAUNCH, "Know what is open in the program that started it",
            SmartScopes.LAUNCH_PATIENT, "Know whose record is open",
            SmartScopes.LAUNCH_ENCOUNTER, "Know which visit is open",
            SmartScopes.ONLINE_ACCESS, "Go on while you are signed in",
            SmartScopes.OFFLINE_ACCESS, "Go on when you are not signed in, until you stop it",
            SmartScopes.API, "Administer this server for you");

    private static final Map<Permission, String> VERBS = Map.of(
            Permission.CREATE, "add",
            Permission.READ, "read",
            Permission.UPDATE, "change",
            Permission.DELETE, "delete",
            Permission.SEARCH, "search");

    private ScopeText() {}

    /** Returns a SMART scope, or another one of this server, in plain words; one that it does not know as it is. */
    public static String of(String scope) {
        return Optional.ofNullable(OTHERS.get(scope))
                .or(() -> ClinicalScope.parse(scope).map(ScopeText::of))
                .orElse(scope);
    }

    private static String of(ClinicalScope scope) {
        List<String> verbs = Stream.of(Permission.values())
                .filter(scope.permissions()::contains)
                .map(VERBS::get)
                .toList();
        String what = scope.resourceType().equals(ClinicalScope.ANY_TYPE)
                ? "everything"
                : "data of the kind “" + words(scope.resourceType()) + "”";
        String whose = switch (scope.context()) {
            case PATIENT -> "in this one record";
            case USER -> "that you may";
            case SYSTEM -> "of the institution";
        };
        String only =
                scope.filter().isNone() ? "" : ", only where " + scope.filter().text();
        String text = verbs.stream().collect(Collectors.joining(", ")) + ": " + what + " " + whose + only;
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String words(String type) {
        return type.replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    }
}
