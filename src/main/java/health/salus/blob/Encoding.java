package health.salus.blob;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.DeflaterInputStream;
import java.util.zip.InflaterInputStream;

/** How the bytes in the store are made of the plain ones. */
enum Encoding {

    /** They are the plain ones. */
    IDENTITY {
        @Override
        InputStream encode(InputStream plain) {
            return plain;
        }

        @Override
        InputStream decode(InputStream stored) {
            return stored;
        }
    },

    /** The ZLIB format (RFC 1950), whose checksum finds a changed byte. */
    DEFLATE {
        @Override
        InputStream encode(InputStream plain) {
            // Deflating reads in small pieces, which whoever watches the plain bytes would get each by itself.
            return new DeflaterInputStream(new BufferedInputStream(plain));
        }

        @Override
        InputStream decode(InputStream stored) {
            return new InflaterInputStream(stored);
        }
    };

    // Text only: PDF, office files and pictures are compressed already, and gain a few percent for a lot of time.
    private static final Set<String> TEXT = Set.of(
            "application/xml",
            "application/json",
            "application/rtf",
            "application/hl7-v2",
            "application/hl7-v2+er7",
            "x-application/hl7-v2+er7",
            "application/ndjson",
            "application/x-ndjson");

    private static final List<String> TEXT_SUFFIXES = List.of("+xml", "+json", "+ndjson");

    /** The encoding for a content type; says by type alone, because trying would take the time that is to be saved. */
    static Encoding of(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean text =
                type.startsWith("text/") || TEXT_SUFFIXES.stream().anyMatch(type::endsWith) || TEXT.contains(type);
        return text ? DEFLATE : IDENTITY;
    }

    abstract InputStream encode(InputStream plain);

    abstract InputStream decode(InputStream stored);
}
