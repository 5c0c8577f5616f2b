package health.salus.hl7v2;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Writes the answers to messages: MSH and MSA, and ERR if a message is refused.
 *
 * <p>Parts of the message are echoed byte for byte and with its own delimiters, because senders compare them.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, 2.9 Message processing rules and 2.14.1 ACK</a>
 */
record Acknowledgment(Clock clock) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");
    private static final MessageHeader UNKNOWN = new MessageHeader('|', List.of("MSH", "^~\\&"));
    private static final String VERSION = "2.5.1";
    // ERR-8 holds 250 characters.
    private static final int LONGEST_TEXT = 250;
    // HL7 table 0155; an empty field is as good as NE once the other one is there.
    private static final Set<String> ON_SUCCESS = Set.of("AL", "SU");
    private static final Set<String> ON_ERROR = Set.of("AL", "ER");

    /** The positive answer: the message is in safe keeping. */
    Reply accept(MessageHeader header, AcknowledgmentMode mode) {
        if (mode == AcknowledgmentMode.ORIGINAL || !header.isEnhanced()) {
            return Reply.of(answer(header, "AA", Optional.empty()));
        }
        return Reply.of(ON_SUCCESS.contains(header.field(15)) ? answer(header, "CA", Optional.empty()) : Reply.NONE);
    }

    /** Tells whether the sender wants to know, beside that its message is kept, what became of it. */
    static boolean isOutcomeAwaited(MessageHeader header, AcknowledgmentMode mode) {
        return mode == AcknowledgmentMode.AS_ASKED
                && header.isEnhanced()
                && (ON_SUCCESS.contains(header.field(16)) || ON_ERROR.contains(header.field(16)));
    }

    /**
     * The second answer of enhanced mode: AA once the message has taken effect, AE if a person has to look at it.
     *
     * @param problem why a person has to look at it, without content of the message; empty if all is well
     * @return no bytes if the sender does not want to know this
     */
    byte[] outcome(MessageHeader header, AcknowledgmentMode mode, String problem) {
        Set<String> wanted = problem.isEmpty() ? ON_SUCCESS : ON_ERROR;
        if (!isOutcomeAwaited(header, mode) || !wanted.contains(header.field(16))) {
            return Reply.NONE;
        }
        return problem.isEmpty()
                ? answer(header, "AA", Optional.empty())
                : answer(header, "AE", Optional.of(Refusal.NOT_PROCESSED), plain(header, problem));
    }

    /** The same for a stored message of a feed. */
    static byte[] outcome(MessageFeed feed, byte[] content, String problem) {
        return MessageHeader.read(content)
                .map(it -> new Acknowledgment(Clock.system(feed.zone())).outcome(it, feed.acknowledgment(), problem))
                .orElse(Reply.NONE);
    }

    /** Leaves out what would be read as a delimiter. */
    private static String plain(MessageHeader header, String text) {
        StringBuilder plain = new StringBuilder();
        String delimiters = header.separator() + otherwise(header.field(2), "^~\\&");
        text.chars()
                .limit(LONGEST_TEXT)
                .forEach(it -> plain.append(it < ' ' || delimiters.indexOf(it) >= 0 ? ' ' : (char) it));
        return plain.toString();
    }

    /** The negative answer to a message with a header. In enhanced mode what is not kept is not looked at any further. */
    Reply refuse(MessageHeader header, Refusal refusal, AcknowledgmentMode mode) {
        if (mode == AcknowledgmentMode.ORIGINAL || !header.isEnhanced()) {
            return Reply.of(answer(header, "A" + refusal.outcome(), Optional.of(refusal)));
        }
        if (ON_ERROR.contains(header.field(15))) {
            return Reply.of(answer(header, "C" + refusal.outcome(), Optional.of(refusal)));
        }
        return ON_ERROR.contains(header.field(16))
                ? Reply.of(answer(header, "A" + refusal.outcome(), Optional.of(refusal)))
                : Reply.of(Reply.NONE);
    }

    /** The negative answer to something whose header cannot be read. */
    Reply refuse(Refusal refusal) {
        return Reply.of(answer(UNKNOWN, "A" + refusal.outcome(), Optional.of(refusal)));
    }

    private byte[] answer(MessageHeader header, String code, Optional<Refusal> refusal) {
        return answer(header, code, refusal, refusal.map(Refusal::text).orElse(""));
    }

    private byte[] answer(MessageHeader header, String code, Optional<Refusal> refusal, String text) {
        StringBuilder answer = new StringBuilder(header(header));
        // MSA-3 was deprecated by ERR, but it is what most interface engines show to people.
        append(answer, header, "MSA", code, header.controlId(), text);
        refusal.ifPresent(it -> appendError(answer, header, it, text));
        return answer.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private String header(MessageHeader header) {
        char component = header.componentSeparator();
        String event = header.event();
        String type = event.isEmpty() ? "ACK" : "ACK" + component + event + component + "ACK";
        StringBuilder answer = new StringBuilder();
        append(
                answer,
                header,
                "MSH",
                otherwise(header.field(2), "^~\\&"),
                header.field(5),
                header.field(6),
                header.field(3),
                header.field(4),
                TIME.format(ZonedDateTime.now(clock)),
                "",
                type,
                newControlId(),
                otherwise(header.field(11), "P"),
                otherwise(header.field(12), VERSION),
                "",
                "",
                "",
                "",
                "",
                header.field(18));
        return answer.toString();
    }

    private static void appendError(StringBuilder answer, MessageHeader header, Refusal refusal, String text) {
        char component = header.componentSeparator();
        if (header == UNKNOWN || header.isVersion25OrLater()) {
            append(
                    answer,
                    header,
                    "ERR",
                    "",
                    refusal.location(component),
                    refusal.errorCode(component),
                    "E",
                    "",
                    "",
                    "",
                    text);
            return;
        }
        // Before version 2.5 one field held the place and, in subcomponents, the code.
        String location = refusal.location(component);
        String place = location.isEmpty() ? String.valueOf(component).repeat(2) : location;
        append(answer, header, "ERR", place + component + refusal.errorCode(header.subcomponentSeparator()));
    }

    private static void append(StringBuilder answer, MessageHeader header, String segment, String... fields) {
        String separator = String.valueOf(header.separator());
        String line = segment + separator + String.join(separator, fields);
        int end = line.length();
        while (line.charAt(end - 1) == header.separator()) {
            end--;
        }
        answer.append(line, 0, end).append('\r');
    }

    /** Twenty characters, the most that MSH-10 may have in the versions most senders speak. */
    private static String newControlId() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 20);
    }

    private static String otherwise(String value, String alternative) {
        return value.isEmpty() ? alternative : value;
    }
}
