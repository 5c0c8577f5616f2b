package health.salus.blob;

import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;

/** Tells from the first bytes of some content what it is, as far as that can be told, and whether it may be called so. */
final class TypeSniffer {

    private static final Set<MediaType> FILM_AND_SOUND = Set.of(
            MediaType.application("mp4"),
            MediaType.application("ogg"),
            MediaType.application("quicktime"),
            MediaType.application("x-matroska"));
    // Nothing is one of these without its first bytes, and no program reads it as one.
    private static final Set<MediaType> KNOWN_BY_THEIR_BEGINNING = Set.of(
            MediaType.application("pdf"),
            MediaType.image("png"),
            MediaType.image("jpeg"),
            MediaType.image("jpg"),
            MediaType.image("gif"));
    private static final Set<String> PERCEPTIBLE = Set.of("image", "audio", "video");

    private final MimeTypes types = MimeTypes.getDefaultMimeTypes();
    private final MediaTypeRegistry registry = types.getMediaTypeRegistry();

    /** Reads a media type, which may have parameters; nothing if the text is none. */
    static Optional<MediaType> parse(String text) {
        return Optional.ofNullable(MediaType.parse(text.strip()));
    }

    /** The best known name of a type, without parameters. */
    MediaType normalized(MediaType type) {
        return registry.normalize(type.getBaseType());
    }

    /** The type whose signature the bytes have; nothing if they have none, as plain text has none. */
    Optional<MediaType> sniff(byte[] content, int length) {
        try {
            MediaType found = types.detect(new ByteArrayInputStream(content, 0, length), new Metadata());
            // Both are what Tika guesses where it finds no signature.
            return Optional.of(found)
                    .filter(it -> !it.equals(MediaType.OCTET_STREAM) && !it.equals(MediaType.TEXT_PLAIN));
        } catch (IOException e) {
            throw new UncheckedIOException("Memory can be read", e);
        }
    }

    /**
     * Tells whether content that looks like one type may be declared as another. What many formats share (text, XML, ZIP, the
     * containers of films) says little, so only what cannot be is a contradiction.
     */
    boolean agree(MediaType declared, MediaType found, byte[] content, int length) {
        MediaType type = normalized(declared);
        if (type.equals(MediaType.OCTET_STREAM) || family(type).equals(family(found))) {
            return true;
        }
        if (isText(type)) {
            return isText(content, length);
        }
        if (isFilmOrSound(type) && isFilmOrSound(found)) {
            return true;
        }
        // Tika does not know all names that pictures have, but knows a picture.
        return !registry.getTypes().contains(type)
                && (!PERCEPTIBLE.contains(type.getType()) || type.getType().equals(found.getType()));
    }

    /**
     * Tells whether bytes without a signature may be declared as a type. Text may be declared as anything, since the official
     * examples of FHIR R4 do so.
     */
    boolean mayLackSignature(MediaType declared, byte[] content, int length) {
        return !KNOWN_BY_THEIR_BEGINNING.contains(normalized(declared)) || isText(content, length);
    }

    /** Tells whether the bytes say something that the declared type does not say itself. */
    boolean isMoreThan(MediaType declared, MediaType found) {
        MediaType type = normalized(declared);
        return !type.equals(found) && !registry.isSpecializationOf(type, found);
    }

    /** What a type is in the end: its last ancestor that says anything. */
    private MediaType family(MediaType type) {
        MediaType family = type;
        for (MediaType next = type; next != null && !next.equals(MediaType.OCTET_STREAM); ) {
            family = next;
            next = registry.getSupertype(next);
        }
        return family;
    }

    private boolean isText(MediaType type) {
        return Encoding.of(type.toString()) == Encoding.DEFLATE || family(type).equals(MediaType.TEXT_PLAIN);
    }

    /** Text in any character set has few control characters; UTF-16 is known by its beginning. */
    private static boolean isText(byte[] content, int length) {
        for (int i = 0; i < length; i++) {
            int character = Byte.toUnsignedInt(content[i]);
            if (character < ' ' && "\t\n\u000b\f\r\u001b\u001c".indexOf(character) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilmOrSound(MediaType type) {
        return type.getType().equals("audio") || type.getType().equals("video") || FILM_AND_SOUND.contains(type);
    }
}
