package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A message that is to be kept.
 *
 * @param header         its header
 * @param content        its bytes, exactly as they came in the frame
 * @param reply          what its sender will be answered
 * @param refusal        why it will not be processed, if it will not
 */
record NewMessage(
        MessageHeader header,
        byte[] content,
        Reply reply,
        @Nullable Refusal refusal) {

    private static final int LONGEST = 200;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    MessageState state() {
        return refusal == null ? MessageState.RECEIVED : MessageState.UNSUPPORTED;
    }

    @Nullable
    String reason() {
        return refusal == null ? null : refusal.text();
    }

    /** Whom it is about. */
    List<PatientKey> subjects() {
        return MessageSubjects.of(header, content);
    }

    String sendingApplication() {
        return column(header.field(3));
    }

    String sendingFacility() {
        return column(header.field(4));
    }

    String controlId() {
        return column(header.controlId());
    }

    String type() {
        return column(header.code() + "^" + header.event());
    }

    /** Makes a field fit for a column and its index. Whole and exact it stands in the content, whose digest decides. */
    private static String column(String field) {
        String text = CONTROL.matcher(field).replaceAll("");
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
