package health.salus.hl7v2;

import health.salus.mapping.Mappings;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/**
 * Answers what comes in over MLLP: stores first, then acknowledges.
 *
 * <p>A positive answer says that the message is in safe keeping, not that it could be mapped. Only what the header shows is
 * refused here: a message that turns out to be unfit later is kept with its reason, where a person finds it, because most
 * senders answer a refusal by stopping the whole feed or by dropping the message.
 */
final class MessageReceiver {

    private static final Logger LOG = LoggerFactory.getLogger(MessageReceiver.class);
    private static final byte FRAME_START = 0x0B;

    private final MessageStore store;
    private final Mappings mappings;
    private final Acknowledgment acknowledgment;
    private final Runnable onStored;
    private final MeterRegistry meters;

    /**
     * Makes a receiver.
     *
     * @param onStored called after a message that can be processed was stored
     */
    MessageReceiver(
            MessageStore store,
            Mappings mappings,
            Acknowledgment acknowledgment,
            Runnable onStored,
            MeterRegistry meters) {
        this.store = store;
        this.mappings = mappings;
        this.acknowledgment = acknowledgment;
        this.onStored = onStored;
        this.meters = meters;
    }

    /** Takes the content of a complete frame in and returns the content of the answer, whatever the content is. */
    byte[] receive(byte[] content) {
        Optional<MessageHeader> header = MessageHeader.read(content);
        if (header.isEmpty()) {
            return refuse(content, Refusal.NO_HEADER);
        }
        if (Bytes.contains(content, FRAME_START)) {
            return refuse(content, Refusal.NESTED_FRAME);
        }
        if (Bytes.containsSecondHeader(content)) {
            return refuse(content, Refusal.SECOND_HEADER);
        }
        return store(header.get(), content);
    }

    /** Returns the answer to something that is not kept, of which at least the beginning is known. */
    byte[] refuse(byte[] start, Refusal refusal) {
        count("refused");
        LOG.warn("Refused an HL7 v2 frame refusal={} bytes={}", refusal, start.length);
        return MessageHeader.read(start)
                .map(header -> acknowledgment.refuse(header, refusal))
                .orElseGet(() -> acknowledgment.refuse(refusal));
    }

    private byte[] store(MessageHeader header, byte[] content) {
        Optional<Refusal> refusal = policy(header);
        byte[] answer =
                refusal.map(it -> acknowledgment.refuse(header, it)).orElseGet(() -> acknowledgment.accept(header));
        try {
            Receipt receipt = store.add(new NewMessage(header, content, answer, refusal.orElse(null)));
            noteStored(receipt, refusal.isEmpty());
            return receipt.acknowledgment();
        } catch (RuntimeException notStored) {
            // The database's own words may quote the row, so only the kind of the fault is logged.
            LOG.error(
                    "Could not store an HL7 v2 message fault={}",
                    notStored.getClass().getSimpleName());
            return refuse(content, Refusal.NOT_STORED);
        }
    }

    private void noteStored(Receipt receipt, boolean supported) {
        if (!receipt.added()) {
            count("repeated");
            return;
        }
        count(supported ? "stored" : "unsupported");
        if (supported) {
            onStored.run();
        }
    }

    private Optional<Refusal> policy(MessageHeader header) {
        if (mappings.supports(header.code(), header.event())) {
            return Optional.empty();
        }
        return Optional.of(mappings.supports(header.code()) ? Refusal.UNSUPPORTED_EVENT : Refusal.UNSUPPORTED_MESSAGE);
    }

    private void count(String outcome) {
        meters.counter("salus.hl7v2.received", "outcome", outcome).increment();
    }
}
