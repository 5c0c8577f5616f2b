package health.salus.hl7v2;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a sender is answered: one message in original mode, none to two in enhanced mode.
 *
 * @param first   empty if there is none
 * @param second  empty if there is none
 * @param fate    what became of the message
 * @param awaited the number of the stored message whose outcome the sender is to be told later, as its second answer
 */
record Reply(byte[] first, byte[] second, Fate fate, OptionalLong awaited) {

    static final byte[] NONE = {};

    /** What becomes of a message. */
    enum Fate {
        /** It is in safe keeping. */
        KEPT,
        /** It is not kept, and sending it again would not help. */
        REFUSED,
        /** It is not kept, and it may be sent again. */
        NOT_NOW
    }

    /** One answer to a message that is kept. */
    static Reply of(byte[] only) {
        return new Reply(only, NONE, Fate.KEPT, OptionalLong.empty());
    }

    /** The same answer to a message that is not kept. */
    Reply after(Refusal refusal) {
        return new Reply(
                first,
                second,
                refusal == Refusal.NOT_STORED || refusal == Refusal.OUT_OF_SERVICE ? Fate.NOT_NOW : Fate.REFUSED,
                awaited);
    }

    /** The same answer to a message whose outcome is known. */
    Reply with(byte[] outcome) {
        return new Reply(first, outcome, fate, OptionalLong.empty());
    }

    /** The same answer to a message whose outcome is to follow. */
    Reply awaiting(long message) {
        return new Reply(first, NONE, fate, OptionalLong.of(message));
    }

    /** The messages to send, in order. */
    List<byte[]> messages() {
        return Stream.of(first, second).filter(it -> it.length > 0).toList();
    }
}
