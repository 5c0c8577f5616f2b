package health.salus.tenant;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of an institution as it stands in a URL, {@code /fhir/{tenant}}.
 *
 * <p>It begins with a lower-case letter, so that it can be told from a resource type, an operation ({@code $…}) and a
 * history or search segment ({@code _…}).
 *
 * @param value 2 to 32 characters of {@code [a-z0-9-]}, the first a letter, and none of the reserved words
 */
public record TenantId(String value) {

    private static final Pattern SYNTAX = Pattern.compile("[a-z][a-z0-9-]{1,31}");
    private static final Set<String> RESERVED = Set.of("metadata");

    /** The tenant of {@code /fhir} itself. */
    public static final TenantId DEFAULT = new TenantId("default");

    public TenantId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "Not a tenant id: 2 to 32 of a-z, 0-9 and -, first a letter, not " + String.join(", ", RESERVED));
        }
    }

    /** Tells whether a text may name a tenant; says nothing about whether that tenant exists. */
    public static boolean isValid(String value) {
        return SYNTAX.matcher(value).matches() && !RESERVED.contains(value);
    }

    /** The tenant that a request names, which is the default one if it names none. */
    public static TenantId orDefault(@Nullable String value) {
        return value == null ? DEFAULT : new TenantId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
