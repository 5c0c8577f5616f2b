package health.salus.hl7v2;

import health.salus.mapping.Mappings;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionOperations;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Processes one stored message after the other. Taking it, writing its resources and noting that is one database
 * transaction: a server that is killed at any moment has done all of it or nothing, and the message is free for another.
 *
 * <p>One worker belongs to one thread; several work side by side, also on several servers.
 */
final class MessageWorker {

    private static final Logger LOG = LoggerFactory.getLogger(MessageWorker.class);
    private static final String NO_RULES = "The mapping to process it with was not kept, or this release does not"
            + " understand it; replay it with the current one";
    private static final int ATTEMPTS = 5;
    private static final int LONGEST_DELAY = 30;

    private final MessageStore store;
    private final MessageProcessor processor;
    private final TransactionOperations transactions;
    private final Duration retryDelay;
    private final Set<Long> busy;
    private final MeterRegistry meters;
    private @Nullable WaitingMessage claimed;
    private String mappingVersion = "";
    private int outages;

    /**
     * Makes a worker.
     *
     * @param busy what the workers of this process have in their hands, which they share: between giving a message up and
     *     noting why, no other may begin with it
     */
    MessageWorker(
            MessageStore store,
            MessageProcessor processor,
            TransactionOperations transactions,
            Duration retryDelay,
            Set<Long> busy,
            MeterRegistry meters) {
        this.store = store;
        this.processor = processor;
        this.transactions = transactions;
        this.retryDelay = retryDelay;
        this.busy = busy;
        this.meters = meters;
    }

    /**
     * Processes the next message, if there is one.
     *
     * @return how long to wait for the next: not at all after a message was finished, a while after a fault, or nothing if
     *     there is no message
     */
    Optional<Duration> processNext() {
        claimed = null;
        try {
            Outcome outcome = transactions.execute(this::attempt);
            return outcome == null ? Optional.empty() : Optional.of(note(outcome));
        } catch (RuntimeException | Error fault) {
            return Optional.of(afterFault(fault));
        } finally {
            if (claimed != null) {
                busy.remove(claimed.id());
            }
        }
    }

    private @Nullable Outcome attempt(TransactionStatus transaction) {
        Optional<WaitingMessage> next = store.claim(busy);
        if (next.isEmpty() || !busy.add(next.get().id())) {
            return null;
        }
        claimed = next.get();
        Optional<Mappings> rules = processor.rules(next.get());
        mappingVersion = rules.map(Mappings::version).orElse("");
        Outcome outcome = rules.isEmpty() ? new Outcome.Parked(NO_RULES) : processor.process(next.get(), rules.get());
        if (outcome instanceof Outcome.Processed processed) {
            byte[] answer = processor.answer(next.get(), String.join("; ", processed.refusals()));
            store.markProcessed(next.get().id(), processed, mappingVersion, answer);
        } else {
            transaction.setRollbackOnly();
        }
        return outcome;
    }

    /** The transaction could not even begin, or it could not be committed: nothing of it took effect. */
    private Duration afterFault(Throwable fault) {
        WaitingMessage message = claimed;
        if (message == null) {
            return outage(
                    "The message store cannot be reached: " + fault.getClass().getSimpleName());
        }
        try {
            return note(WriteFault.outcome(fault));
        } catch (RuntimeException | Error unreachable) {
            return outage("The message store cannot be reached: "
                    + unreachable.getClass().getSimpleName());
        }
    }

    private Duration note(Outcome outcome) {
        WaitingMessage message = claimed;
        if (message == null) {
            return Duration.ZERO;
        }
        if (outcome instanceof Outcome.Postponed postponed) {
            return postpone(message, postponed);
        }
        outages = 0;
        if (outcome instanceof Outcome.Processed processed) {
            noteProcessed(message, processed);
        } else if (outcome instanceof Outcome.Parked parked) {
            park(message, parked.reason());
        }
        return Duration.ZERO;
    }

    private void noteProcessed(WaitingMessage message, Outcome.Processed processed) {
        count(message, processed.refusals().isEmpty() ? "processed" : "incomplete");
        meters.counter(FeedMonitor.CORRECTIONS, "feed", message.feed()).increment(processed.corrections());
        LOG.info(
                "Processed HL7 v2 message id={} tenant={} feed={} warnings={} refusals={}",
                message.id(),
                message.tenant(),
                message.feed(),
                processed.warnings().size(),
                processed.refusals().size());
    }

    private void park(WaitingMessage message, String reason) {
        // Should the trail be away, the message waits and is parked another time.
        processor.recordParked(message);
        store.park(message.id(), reason, mappingVersion, processor.answer(message, reason));
        count(message, "parked");
        LOG.warn(
                "Parked HL7 v2 message id={} tenant={} feed={} reason={}",
                message.id(),
                message.tenant(),
                message.feed(),
                reason);
    }

    /** Lets the message wait, and those of its patients behind it; the messages of others go on. */
    private Duration postpone(WaitingMessage message, Outcome.Postponed postponed) {
        count(message, "postponed");
        // A store may stay away for as long as it likes, but a fault that may be the message's own ends in parking.
        if (!postponed.persistent()) {
            store.postpone(message.id(), delay(outages), false);
            return outage(postponed.reason());
        }
        if (message.attempts() + 1 >= ATTEMPTS) {
            park(message, postponed.reason() + " (tried " + ATTEMPTS + " times)");
            return Duration.ZERO;
        }
        Duration delay = delay(message.attempts());
        store.postpone(message.id(), delay, true);
        LOG.warn("HL7 v2 message waits id={} delay={} reason={}", message.id(), delay, postponed.reason());
        return Duration.ZERO;
    }

    private Duration outage(String reason) {
        Duration delay = delay(outages++);
        LOG.warn("HL7 v2 processing pauses delay={} reason={}", delay, reason);
        return delay;
    }

    private Duration delay(int times) {
        return retryDelay.multipliedBy(Math.min(1 << Math.min(times, 5), LONGEST_DELAY));
    }

    private void count(WaitingMessage message, String outcome) {
        meters.counter("salus.hl7v2.processed", "feed", message.feed(), "outcome", outcome)
                .increment();
    }
}
