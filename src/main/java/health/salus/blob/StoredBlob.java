package health.salus.blob;

import health.salus.tenant.TenantId;

import java.util.regex.Pattern;

/**
 * What the catalog knows of a blob whose bytes are safely in the store.
 *
 * @param id          its public name
 * @param tenant      the only tenant that may see it
 * @param key         where its bytes lie
 * @param size        in bytes
 * @param sha256      of the bytes
 * @param sha1        of the bytes, for {@code Attachment.hash}
 * @param contentType as the client declared it, 1 to 255 printable ASCII characters, so that it is safe in a header
 */
public record StoredBlob(
        BlobId id, TenantId tenant, BlobKey key, long size, Sha256 sha256, Sha1 sha1, String contentType) {

    private static final Pattern CONTENT_TYPE = Pattern.compile("[ -~]{1,255}");

    public StoredBlob {
        requireContentType(contentType);
        if (!key.tenant().equals(tenant)) {
            throw new IllegalArgumentException("Blob " + id + " of one tenant has the key of another");
        }
    }

    static void requireContentType(String contentType) {
        if (!CONTENT_TYPE.matcher(contentType).matches()) {
            throw new IllegalArgumentException("A content type has 1 to 255 printable ASCII characters");
        }
    }
}
