package health.salus.fhir;

import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that lie inside a resource.
 *
 * @param contentType as the client declared it, or null if it did not
 * @param bytes       not copied, since they can be many
 */
record InlineData(@Nullable String contentType, byte[] bytes) {

    static InlineData of(Attachment attachment) {
        return new InlineData(attachment.getContentType(), attachment.getData());
    }

    static InlineData of(Binary binary) {
        return new InlineData(binary.getContentType(), binary.getData());
    }

    byte[] sha1() {
        return DigestUtils.sha1(bytes);
    }

    /** What tells this data from any other: its type and its SHA-256. */
    String identity() {
        return DigestUtils.sha256Hex(bytes) + " " + contentType;
    }
}
