package health.salus.blob;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The public name of a blob; as text it is also the FHIR id in {@code Binary/{id}}.
 *
 * @param value random, so that an id neither counts the blobs nor can be guessed
 * @see <a href="https://hl7.org/fhir/R4/datatypes.html#id">FHIR R4 id</a>
 */
public record BlobId(UUID value) {

    // UUID.fromString also takes "1-1-1-1-1" and upper case, which would give one blob several names.
    private static final Pattern CANONICAL = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** Returns an id that no blob has. */
    static BlobId random() {
        return new BlobId(UUID.randomUUID());
    }

    /** Reads a canonical UUID, 36 characters in lower case; any other text is nothing. */
    public static Optional<BlobId> parse(String text) {
        return CANONICAL.matcher(text).matches() ? Optional.of(new BlobId(UUID.fromString(text))) : Optional.empty();
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
