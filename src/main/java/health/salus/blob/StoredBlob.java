package health.salus.blob;

import health.salus.tenant.TenantId;

import java.util.regex.Pattern;

/**
 * What the catalog knows of a blob whose bytes have arrived in the store.
 *
 * @param id          its public name
 * @param object      its bytes, which another blob of the tenant may share
 * @param contentType as the client declared it, 1 to 255 printable ASCII characters, so that it is safe in a header
 */
public record StoredBlob(BlobId id, StoredObject object, String contentType) {

    private static final Pattern CONTENT_TYPE = Pattern.compile("[ -~]{1,255}");

    public StoredBlob {
        requireContentType(contentType);
    }

    /** The only tenant that may see it. */
    public TenantId tenant() {
        return object.key().tenant();
    }

    /** What can be done with its bytes now. */
    public BlobState state() {
        return object.state();
    }

    /** How many bytes it has. */
    public long size() {
        return object.size();
    }

    /** The SHA-256 of its bytes. */
    public Sha256 sha256() {
        return object.sha256();
    }

    /** The SHA-1 of its bytes, for {@code Attachment.hash}. */
    public Sha1 sha1() {
        return object.sha1();
    }

    static void requireContentType(String contentType) {
        if (!CONTENT_TYPE.matcher(contentType).matches()) {
            throw new IllegalArgumentException("A content type has 1 to 255 printable ASCII characters");
        }
    }
}
