package health.salus.hl7v2;

import health.salus.tenant.TenantId;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A stored message whole. It is patient data.
 *
 * @param content        its bytes as they came, in JSON as base64
 * @param text           the same for people: UTF-8 if it is, else windows-1252
 * @param segments       its fields, segment by segment; the first is the segment's name
 * @param acknowledgment what its sender was answered first
 */
record MessageDetails(
        MessageSummary message, byte[] content, String text, List<List<String>> segments, String acknowledgment) {

    private static final Charset OTHERWISE = Charset.forName("windows-1252");
    private static final Pattern LINE_END = Pattern.compile("\r\n?|\n");

    static MessageDetails of(MessageSummary summary, byte[] content, byte[] acknowledgment) {
        String text = decode(content);
        String separator = MessageHeader.read(content)
                .map(header -> String.valueOf(header.separator()))
                .orElse("|");
        List<List<String>> segments = LINE_END.splitAsStream(text)
                .filter(line -> !line.isBlank())
                .map(line -> Arrays.asList(line.split(Pattern.quote(separator), -1)))
                .toList();
        return new MessageDetails(summary, content, text, segments, decode(acknowledgment));
    }

    /** The same as it waits to be processed. */
    WaitingMessage waiting(TenantId tenant) {
        return new WaitingMessage(
                message.id(), tenant, message.feed(), content, message.receivedAt(), message.attempts(), null);
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, OTHERWISE);
        }
    }
}
