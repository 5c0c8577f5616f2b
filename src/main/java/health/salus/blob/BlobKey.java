package health.salus.blob;

import health.salus.tenant.TenantId;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the bytes of a blob lie in a {@link BlobStore}: {@code {tenant}/{2 hex}/{uuid}}.
 *
 * <p>A key says nothing about its content, is written once and never again, and cannot leave its tenant: it is made of
 * nothing but a valid tenant id and a UUID. It is not the {@link BlobId}, so that a blob can move to another object and
 * keep its name.
 *
 * @param tenant the owner, first segment of the key
 * @param object the object's own random name; its first two digits spread the objects over 256 directories
 */
public record BlobKey(TenantId tenant, UUID object) implements ObjectKey {

    private static final Pattern SYNTAX = Pattern.compile(
            "(?<tenant>[a-z][a-z0-9-]*)/(?<shard>[0-9a-f]{2})/(?<object>\\k<shard>[0-9a-f]{6}(-[0-9a-f]{4}){3}-[0-9a-f]{12})");

    /** Returns a key that no object has. */
    static BlobKey random(TenantId tenant) {
        return new BlobKey(tenant, UUID.randomUUID());
    }

    /**
     * Reads a key as {@link #value()} writes it.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    static BlobKey parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a blob key");
        }
        return new BlobKey(new TenantId(matcher.group("tenant")), UUID.fromString(matcher.group("object")));
    }

    @Override
    public String value() {
        return tenant + "/" + shard() + "/" + object;
    }

    String shard() {
        return object.toString().substring(0, 2);
    }

    @Override
    public String toString() {
        return value();
    }
}
