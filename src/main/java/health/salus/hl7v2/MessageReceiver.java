package health.salus.hl7v2;

import health.salus.mapping.Mappings;
import health.salus.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

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
    private final Supplier<Mappings> mappings;
    private final List<MessageFeed> feeds;
    private final Predicate<TenantId> inService;
    private final Runnable onStored;
    private final MeterRegistry meters;

    /**
     * Makes a receiver.
     *
     * @param feeds     whose messages come in here; the first that takes a message gets it
     * @param inService whether a tenant is there and not disabled
     * @param onStored  called after a message that can be processed was stored
     */
    MessageReceiver(
            MessageStore store,
            Supplier<Mappings> mappings,
            List<MessageFeed> feeds,
            Predicate<TenantId> inService,
            Runnable onStored,
            MeterRegistry meters) {
        this.store = store;
        this.mappings = mappings;
        this.feeds = List.copyOf(feeds);
        this.inService = inService;
        this.onStored = onStored;
        this.meters = meters;
    }

    /** Takes the content of a complete frame in and returns the content of the answers, whatever the content is. */
    Reply receive(byte[] content) {
        long start = System.nanoTime();
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
        Optional<MessageFeed> feed =
                feeds.stream().filter(it -> it.takes(header.get())).findFirst();
        if (feed.isEmpty()) {
            return refuse(content, Refusal.UNKNOWN_SENDER);
        }
        Reply reply = keep(feed.get(), header.get(), content);
        Timer.builder("salus.hl7v2.acknowledged")
                .description("From the end of a frame until its answer is ready")
                .tag("feed", feed.get().name())
                .publishPercentiles(0.5, 0.99)
                .register(meters)
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return reply;
    }

    /** Returns the answer to something that is not kept, of which at least the beginning is known. */
    Reply refuse(byte[] start, Refusal refusal) {
        Optional<MessageHeader> header = MessageHeader.read(start);
        MessageFeed feed = header.flatMap(
                        it -> feeds.stream().filter(one -> one.takes(it)).findFirst())
                .orElse(feeds.get(feeds.size() - 1));
        count(feed, "refused");
        LOG.warn("Refused an HL7 v2 frame feed={} refusal={} bytes={}", feed.name(), refusal, start.length);
        Acknowledgment acknowledgment = acknowledgment(feed);
        return header.map(it -> acknowledgment.refuse(it, refusal, feed.acknowledgment()))
                .orElseGet(() -> acknowledgment.refuse(refusal))
                .after(refusal);
    }

    private Reply keep(MessageFeed feed, MessageHeader header, byte[] content) {
        try {
            return inService.test(feed.tenant())
                    ? store(feed, header, content)
                    : refuse(content, Refusal.OUT_OF_SERVICE);
        } catch (RuntimeException notStored) {
            // The database's own words may quote the row, so only the kind of the fault is logged.
            LOG.error(
                    "Could not store an HL7 v2 message feed={} fault={}",
                    feed.name(),
                    notStored.getClass().getSimpleName());
            return refuse(content, Refusal.NOT_STORED);
        }
    }

    private Reply store(MessageFeed feed, MessageHeader header, byte[] content) {
        Optional<Refusal> refusal = policy(header);
        Receipt receipt =
                store.add(feed, new NewMessage(header, content, reply(feed, header, refusal), refusal.orElse(null)));
        noteStored(feed, receipt, refusal.isEmpty());
        return Acknowledgment.isOutcomeAwaited(header, feed.acknowledgment())
                        && receipt.waiting().isPresent()
                ? receipt.reply().awaiting(receipt.waiting().getAsLong())
                : receipt.reply();
    }

    private static Reply reply(MessageFeed feed, MessageHeader header, Optional<Refusal> refusal) {
        Acknowledgment acknowledgment = acknowledgment(feed);
        return refusal.filter(it -> feed.unknownTypes() == UnknownTypes.REFUSE)
                .map(it -> acknowledgment.refuse(header, it, feed.acknowledgment()))
                .orElseGet(() -> accept(feed, header, acknowledgment, refusal));
    }

    /** What is accepted without a mapping has come as far as it will for now. */
    private static Reply accept(
            MessageFeed feed, MessageHeader header, Acknowledgment acknowledgment, Optional<Refusal> refusal) {
        Reply accepted = acknowledgment.accept(header, feed.acknowledgment());
        return refusal.isEmpty() ? accepted : accepted.with(acknowledgment.outcome(header, feed.acknowledgment(), ""));
    }

    /** What the senders of these messages are to be told of those that are done. */
    Map<Long, byte[]> outcomes(Collection<Long> messages) {
        return store.outcomes(messages);
    }

    private static Acknowledgment acknowledgment(MessageFeed feed) {
        return new Acknowledgment(Clock.system(feed.zone()));
    }

    private void noteStored(MessageFeed feed, Receipt receipt, boolean supported) {
        if (!receipt.added()) {
            count(feed, "repeated");
            return;
        }
        count(feed, supported ? "stored" : "unsupported");
        if (supported) {
            onStored.run();
        }
    }

    private Optional<Refusal> policy(MessageHeader header) {
        Mappings rules = mappings.get();
        if (rules.supports(header.code(), header.event())) {
            return Optional.empty();
        }
        return Optional.of(rules.supports(header.code()) ? Refusal.UNSUPPORTED_EVENT : Refusal.UNSUPPORTED_MESSAGE);
    }

    private void count(MessageFeed feed, String outcome) {
        meters.counter("salus.hl7v2.received", "feed", feed.name(), "outcome", outcome)
                .increment();
    }
}
