package health.salus.blob;

import health.salus.tenant.TenantId;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a client puts bytes itself, before the server has checked them: {@code _staging/{tenant}/{uuid}}.
 *
 * @param tenant whose upload it is
 * @param upload random, so that nobody guesses the place of another's upload
 */
public record StagingKey(TenantId tenant, UUID upload) implements ObjectKey {

    /** What every staging key begins with; no tenant id begins with an underscore, so the two never meet. */
    static final String PREFIX = "_staging/";

    private static final Pattern SYNTAX =
            Pattern.compile(PREFIX + "(?<tenant>[a-z][a-z0-9-]*)/(?<upload>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})");

    /** Returns a key that no object has. */
    public static StagingKey random(TenantId tenant) {
        return new StagingKey(tenant, UUID.randomUUID());
    }

    /**
     * Reads a key as {@link #value()} writes it.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static StagingKey parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a staging key");
        }
        return new StagingKey(new TenantId(matcher.group("tenant")), UUID.fromString(matcher.group("upload")));
    }

    @Override
    public String value() {
        return PREFIX + tenant + "/" + upload;
    }

    @Override
    public String toString() {
        return value();
    }
}
