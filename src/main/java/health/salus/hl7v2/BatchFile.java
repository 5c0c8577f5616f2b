package health.salus.hl7v2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One message, or several one after the other, with or without the envelopes FHS, BHS, BTS and FTS.
 *
 * @param messages the bytes of each message, as they stand in the file
 * @param problem  why the file is not whole; empty if it is
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, 2.10.3 HL7 batch protocol</a>
 */
record BatchFile(List<byte[]> messages, String problem) {

    private static final Pattern HEADER = Pattern.compile("(MSH|FHS|BHS|BTS|FTS)[^\\w\\s].*|(BTS|FTS)", Pattern.DOTALL);
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    BatchFile {
        messages = List.copyOf(messages);
    }

    /** Splits a file. What stands before the first message and is no envelope makes it unfit. */
    static BatchFile read(byte[] content) {
        return new Splitter().split(new String(content, StandardCharsets.ISO_8859_1));
    }

    boolean isWhole() {
        return problem.isEmpty();
    }

    private static final class Splitter {

        private final List<byte[]> messages = new ArrayList<>();
        private final StringBuilder open = new StringBuilder();
        private String problem = "";
        private int batches;
        private int inBatch;

        BatchFile split(String text) {
            String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
            for (String line : content.split("\r\n?|\n")) {
                read(line);
            }
            close();
            if (messages.isEmpty() && problem.isEmpty()) {
                problem = "There is no message in it";
            }
            return new BatchFile(messages, problem);
        }

        private void read(String line) {
            if (!HEADER.matcher(line).matches()) {
                append(line);
                return;
            }
            close();
            switch (line.substring(0, 3)) {
                case "MSH" -> {
                    inBatch++;
                    append(line);
                }
                case "BHS" -> {
                    batches++;
                    inBatch = 0;
                }
                case "BTS" -> check("BTS-1", line, inBatch);
                case "FTS" -> check("FTS-1", line, batches);
                default -> {}
            }
        }

        private void append(String line) {
            if (open.isEmpty() && !line.startsWith("MSH")) {
                problem = line.isBlank() || !problem.isEmpty() ? problem : "Something stands before the first message";
                return;
            }
            if (!line.isBlank()) {
                open.append(line).append('\r');
            }
        }

        private void check(String name, String line, int found) {
            String count = line.length() > 4 ? line.substring(4).split("[^0-9]", 2)[0] : "";
            if (!count.isEmpty() && !count.equals(String.valueOf(found)) && problem.isEmpty()) {
                problem = name + " says " + count + " and there are " + found;
            }
        }

        private void close() {
            if (!open.isEmpty()) {
                messages.add(open.toString().getBytes(StandardCharsets.ISO_8859_1));
                open.setLength(0);
            }
        }
    }
}
