package health.salus.hl7v2;

/**
 * What was read after the start of a frame.
 *
 * @param content the bytes of the message, or as many as came
 */
record Frame(Kind kind, byte[] content) {

    enum Kind {
        /** The whole message. */
        COMPLETE,
        /** More than is allowed; the rest is still under way. */
        TOO_LARGE,
        /** The sender paused for too long. */
        UNFINISHED,
        /** The sender hung up inside the message. */
        ABORTED
    }
}
