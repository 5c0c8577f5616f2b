package health.salus.fhir;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks for the references in a JSON body without making objects of it.
 *
 * @param json a request body; one that is not JSON is never found harmless
 */
record LinkScan(byte[] json) {

    private static final byte[] REFERENCE = "\"reference\"".getBytes(StandardCharsets.US_ASCII);

    /**
     * Tells whether each reference names a stored resource, as {@code Type/id}, or a contained one; then none of them can
     * lead to another entry of the same Bundle, whose id nobody knows yet.
     */
    boolean findsOnlyStoredTargets() {
        int start = skipSpace(0);
        if (start >= json.length || json[start] != '{') {
            return false;
        }
        int from = 0;
        for (int key = next(from); key >= 0; key = next(from)) {
            from = skipSpace(key + REFERENCE.length);
            if (from < json.length && json[from] == ':' && !isStored(skipSpace(from + 1))) {
                return false;
            }
        }
        return true;
    }

    private boolean isStored(int value) {
        if (value + 1 >= json.length || json[value] != '"') {
            // Not a text, so not the address in a Reference.
            return true;
        }
        byte first = json[value + 1];
        return first == '#' || (first >= 'A' && first <= 'Z');
    }

    private int next(int from) {
        for (int index = from; index <= json.length - REFERENCE.length; index++) {
            if (json[index] == '"'
                    && Arrays.equals(json, index, index + REFERENCE.length, REFERENCE, 0, REFERENCE.length)) {
                return index;
            }
        }
        return -1;
    }

    private int skipSpace(int from) {
        int index = from;
        while (index < json.length && (json[index] == ' ' || json[index] == '\t' || isLineEnd(json[index]))) {
            index++;
        }
        return index;
    }

    private static boolean isLineEnd(byte value) {
        return value == '\n' || value == '\r';
    }
}
