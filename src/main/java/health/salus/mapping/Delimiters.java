package health.salus.mapping;

/**
 * The characters that separate the parts of a message, as its MSH-1 and MSH-2 declare them.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, 2.5.4 Message delimiters</a>
 */
record Delimiters(char field, char component, char repetition, char escape, char subcomponent) {

    /** Stands for a delimiter that a message does not have; it never occurs in decoded text. */
    private static final char NONE = '\0';

    /** Reads the delimiters of a header segment that begins with {@code MSH} and a field separator. */
    static Delimiters of(String header) {
        char field = header.charAt(3);
        int end = header.indexOf(field, 4);
        String encoding = end < 0 ? header.substring(4) : header.substring(4, end);
        return new Delimiters(field, at(encoding, 0), at(encoding, 1), at(encoding, 2), at(encoding, 3));
    }

    private static char at(String encoding, int position) {
        return position < encoding.length() ? encoding.charAt(position) : NONE;
    }
}
