package health.salus.smart;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One letter of a SMART v2 scope.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html">SMART App Launch 2.2</a>
 */
enum Permission {
    CREATE,
    READ,
    UPDATE,
    DELETE,
    SEARCH;

    // The specification fixes the order, and lets a server refuse anything else.
    private static final Pattern V2 = Pattern.compile("(?=.)c?r?u?d?s?");

    /** Reads the part of a scope after the dot: v2 letters, or the v1 words {@code read}, {@code write} and {@code *}. */
    static Optional<Set<Permission>> parse(String text) {
        return switch (text) {
            case "read" -> Optional.of(Set.of(READ, SEARCH));
            case "write" -> Optional.of(Set.of(CREATE, UPDATE, DELETE));
            case "*" -> Optional.of(EnumSet.allOf(Permission.class));
            default -> V2.matcher(text).matches() ? Optional.of(ofLetters(text)) : Optional.empty();
        };
    }

    private static Set<Permission> ofLetters(String letters) {
        EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (Permission permission : values()) {
            if (letters.indexOf(Character.toLowerCase(permission.name().charAt(0))) >= 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }
}
