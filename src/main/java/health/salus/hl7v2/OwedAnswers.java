package health.salus.hl7v2;

import org.springframework.dao.DataAccessException;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The second answers that one sender in enhanced mode still waits for. It asks the store for them in the thread of the
 * connection, so that no worker ever waits for a sender, whichever server has processed the message.
 */
final class OwedAnswers {

    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Outcomes outcomes;
    private final Set<Long> owed = new LinkedHashSet<>();
    private Duration pause = SHORTEST;
    private long asked;

    /** Knows what became of messages. */
    interface Outcomes {
        /** Finds, by their numbers, the answers to those messages that are done; one without bytes is not to be sent. */
        Map<Long, byte[]> find(Collection<Long> messages);
    }

    OwedAnswers(Outcomes outcomes) {
        this.outcomes = outcomes;
    }

    /** Notes that the sender is to be told what becomes of a message. */
    void add(long message) {
        owed.add(message);
        pause = SHORTEST;
    }

    /** How long to wait for something else before {@link #due()} is asked again; zero for ever. */
    Duration patience() {
        return owed.isEmpty() ? Duration.ZERO : pause;
    }

    /** Returns the answers that have become known, in the order of their messages, each once. */
    List<byte[]> due() {
        if (owed.isEmpty() || System.nanoTime() - asked < pause.toNanos()) {
            return List.of();
        }
        asked = System.nanoTime();
        Map<Long, byte[]> known = find();
        List<byte[]> due = owed.stream()
                .filter(known::containsKey)
                .map(known::get)
                .filter(it -> it.length > 0)
                .toList();
        owed.removeAll(known.keySet());
        Duration longer = pause.multipliedBy(2);
        pause = known.isEmpty() ? Collections.min(List.of(longer, LONGEST)) : SHORTEST;
        return due;
    }

    private Map<Long, byte[]> find() {
        try {
            return outcomes.find(List.copyOf(owed));
        } catch (DataAccessException unreachable) {
            // They are in the store, and it will be asked again.
            return Map.of();
        }
    }
}
