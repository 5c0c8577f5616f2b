package health.salus.hl7v2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes in what did not come over MLLP: a message or a batch of them, for one feed, whoever its sender is. */
final class MessageIntake {

    private final ReceiverFactory receivers;

    MessageIntake(ReceiverFactory receivers) {
        this.receivers = receivers;
    }

    /**
     * Takes in the messages of a file that is whole. Each is stored and answered for itself; a file that is taken in twice
     * adds nothing.
     *
     * @return the answers, in the order of the messages
     */
    List<Reply> take(MessageFeed feed, BatchFile file) {
        MessageReceiver receiver = receivers.receiver(List.of(feed.ofAnySender()));
        List<Reply> replies = new ArrayList<>();
        for (byte[] message : file.messages()) {
            replies.add(receiver.receive(message));
        }
        return replies;
    }

    /** Joins answers: one stands alone, several make a batch. */
    static byte[] join(List<Reply> replies) {
        List<byte[]> answers =
                replies.stream().flatMap(it -> it.messages().stream()).toList();
        if (answers.size() == 1 && replies.size() == 1) {
            return answers.get(0);
        }
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        batch.writeBytes("BHS|^~\\&\r".getBytes(StandardCharsets.US_ASCII));
        answers.forEach(batch::writeBytes);
        batch.writeBytes(("BTS|" + answers.size() + "\r").getBytes(StandardCharsets.US_ASCII));
        return batch.toByteArray();
    }
}
