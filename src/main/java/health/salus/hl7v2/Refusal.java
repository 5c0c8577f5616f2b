package health.salus.hl7v2;

/**
 * Why a message is not taken in.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch02.html">HL7 v2.5.1, table 0357, and 2.9.2 on AE and AR</a>
 */
enum Refusal {
    // AE: the message itself is wrong, and sending it again would not help.
    NO_HEADER('E', 100, "Segment sequence error", "", "The message does not begin with an MSH segment"),
    SECOND_HEADER('E', 100, "Segment sequence error", "", "A frame holds one message and this one holds several"),
    NOT_PROCESSED('E', 207, "Application internal error", "", "The message is kept; a person has to look at it"),
    // AR: the message may be right, and it may be sent again when things have changed.
    UNSUPPORTED_MESSAGE(
            'R', 200, "Unsupported message type", "MSH^1^9", "No mapping for this type of message; it is kept"),
    UNSUPPORTED_EVENT(
            'R', 201, "Unsupported event code", "MSH^1^9", "No mapping for this trigger event; the message is kept"),
    UNKNOWN_SENDER('R', 207, "Application internal error", "MSH^1^3", "No feed here takes messages of this sender"),
    OUT_OF_SERVICE('R', 207, "Application internal error", "", "This feed is out of service; send it again later"),
    NESTED_FRAME('R', 207, "Application internal error", "", "A frame began inside this one; send it again"),
    TOO_LARGE('R', 207, "Application internal error", "", "The message is longer than this server takes"),
    UNFINISHED('R', 207, "Application internal error", "", "The frame was not finished in time; send it again"),
    NOT_STORED('R', 207, "Application internal error", "", "The message could not be stored; send it again");

    private final char outcome;
    private final int code;
    private final String meaning;
    private final String location;
    private final String text;

    Refusal(char outcome, int code, String meaning, String location, String text) {
        this.outcome = outcome;
        this.code = code;
        this.meaning = meaning;
        this.location = location;
        this.text = text;
    }

    /** The second letter of the acknowledgment code, table 0008. */
    char outcome() {
        return outcome;
    }

    /** The reason, for people. */
    String text() {
        return text;
    }

    /** ERR-3, table 0357. */
    String errorCode(char separator) {
        return (code + "^" + meaning + "^HL70357").replace('^', separator);
    }

    /** ERR-2: segment, its place among its like, and field. */
    String location(char separator) {
        return location.replace('^', separator);
    }
}
