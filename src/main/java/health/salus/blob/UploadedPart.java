package health.salus.blob;

/**
 * A part of an upload, as the client got it acknowledged.
 *
 * @param number from 1 to 10 000
 * @param tag    the {@code ETag} header of the store's answer
 */
public record UploadedPart(int number, String tag) {

    public UploadedPart {
        if (number < 1 || number > 10_000 || tag.isBlank()) {
            throw new IllegalArgumentException("A part has a number from 1 to 10000 and the ETag of its upload");
        }
    }
}
