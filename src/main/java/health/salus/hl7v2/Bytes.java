package health.salus.hl7v2;

/** Searches in the bytes of a message. */
final class Bytes {

    private Bytes() {}

    static boolean contains(byte[] bytes, byte wanted) {
        for (byte candidate : bytes) {
            if (candidate == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether an MSH segment begins anywhere but at the very beginning, with the same separator. */
    static boolean containsSecondHeader(byte[] message) {
        int first = indexOfHeader(message, 0);
        int second = indexOfHeader(message, first + 3);
        while (second > 0) {
            byte before = message[second - 1];
            if ((before == '\r' || before == '\n') && message[second + 3] == message[first + 3]) {
                return true;
            }
            second = indexOfHeader(message, second + 3);
        }
        return false;
    }

    private static int indexOfHeader(byte[] bytes, int from) {
        for (int start = from; start + 3 < bytes.length; start++) {
            if (bytes[start] == 'M' && bytes[start + 1] == 'S' && bytes[start + 2] == 'H') {
                return start;
            }
        }
        return -1;
    }
}
