package health.salus.hl7v2;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds out which patients a message is about without mapping it: the identifiers in PID-3, or PID-2 of old senders, and,
 * if it merges two, those in MRG-1.
 */
final class MessageSubjects {

    /** More identifiers than any patient has; a message with more of them is hostile or broken. */
    private static final int MOST = 50;

    private static final int LONGEST = 200;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final MessageHeader header;
    private final Set<PatientKey> keys = new LinkedHashSet<>();

    private MessageSubjects(MessageHeader header) {
        this.header = header;
    }

    /** Returns at least one key, {@link PatientKey#NOBODY} if the message names no patient. */
    static List<PatientKey> of(MessageHeader header, byte[] content) {
        MessageSubjects subjects = new MessageSubjects(header);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int start = 0;
        while (start < text.length() && subjects.keys.size() < MOST) {
            int end = endOfLine(text, start);
            subjects.readSegment(text, start, end);
            start = end + 1;
        }
        return subjects.keys.isEmpty() ? List.of(PatientKey.NOBODY) : List.copyOf(subjects.keys);
    }

    private static int endOfLine(String text, int start) {
        int carriageReturn = text.indexOf('\r', start);
        int lineFeed = text.indexOf('\n', start);
        int first =
                Math.min(carriageReturn < 0 ? text.length() : carriageReturn, lineFeed < 0 ? text.length() : lineFeed);
        return Math.max(first, start);
    }

    private void readSegment(String text, int start, int end) {
        if (end - start < 4 || text.charAt(start + 3) != header.separator()) {
            return;
        }
        boolean patient = text.startsWith("PID", start);
        if (!patient && !text.startsWith("MRG", start)) {
            return;
        }
        String[] fields = split(text.substring(start, end), header.separator());
        boolean added = addAll(field(fields, patient ? 3 : 1));
        if (patient && !added) {
            addAll(field(fields, 2));
        }
    }

    private boolean addAll(String field) {
        int before = keys.size();
        Stream.of(split(field, header.repetitionSeparator()))
                .map(this::key)
                .filter(key -> !key.value().isEmpty() && !key.value().equals("\"\""))
                .limit(MOST)
                .forEach(keys::add);
        return keys.size() > before;
    }

    private PatientKey key(String identifier) {
        String[] components = split(identifier, header.componentSeparator());
        String authority = field(components, 3).strip();
        return new PatientKey(column(authority.isEmpty() ? header.field(4) : authority), column(components[0].strip()));
    }

    private static String field(String[] fields, int number) {
        return number < fields.length ? fields[number] : "";
    }

    private static String column(String text) {
        String printable = CONTROL.matcher(text).replaceAll("");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST);
    }

    private static String[] split(String text, char separator) {
        return text.split(Pattern.quote(String.valueOf(separator)), -1);
    }
}
