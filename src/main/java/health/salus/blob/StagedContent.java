package health.salus.blob;

/**
 * What a client says it will upload; the upload is taken only if it is just that.
 *
 * @param contentType 1 to 255 printable ASCII characters
 * @param size        in bytes
 */
public record StagedContent(String contentType, long size, Sha256 sha256) {

    public StagedContent {
        StoredBlob.requireContentType(contentType);
        if (size < 0) {
            throw new IllegalArgumentException("No content has less than no bytes");
        }
    }
}
