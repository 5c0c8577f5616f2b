package health.salus.hl7v2;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** Watches the feeds: how much waits and for how long, what needs a person, and which of them have fallen silent. */
final class FeedMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(FeedMonitor.class);
    /** The name of the counter of corrections. */
    static final String CORRECTIONS = "salus.hl7v2.corrections";

    private static final String LOOK = """
            SELECT (SELECT received_at FROM salus_hl7v2_message WHERE feed = :feed ORDER BY id DESC LIMIT 1) AS last,
                (SELECT count(*) FROM salus_hl7v2_message WHERE state = 'RECEIVED' AND feed = :feed) AS waiting,
                (SELECT min(received_at) FROM salus_hl7v2_message WHERE state = 'RECEIVED' AND feed = :feed) AS oldest,
                (SELECT count(*) FROM salus_hl7v2_message WHERE state = 'PARKED' AND feed = :feed) AS parked,
                (SELECT count(*) FROM salus_hl7v2_message WHERE state = 'INCOMPLETE' AND feed = :feed) AS incomplete,
                (SELECT count(*) FROM salus_hl7v2_message WHERE state = 'UNSUPPORTED' AND feed = :feed) AS unsupported,
                (SELECT count(*) FROM salus_hl7v2_unmapped_code WHERE feed = :feed) AS unmapped,
                EXISTS (SELECT 1 FROM salus_tenant WHERE id = :tenant AND disabled_at IS NOT NULL) AS disabled
            """;

    private final JdbcClient database;
    private final Feeds feeds;
    private final Clock clock;
    private final Instant started;
    private final Map<String, FeedStatus> statuses = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    /** What was seen of a feed. */
    private record FeedStatus(
            @Nullable Instant last,
            @Nullable Instant oldest,
            long waiting,
            long parked,
            long incomplete,
            long unsupported,
            long unmapped,
            boolean disabled) {}

    FeedMonitor(JdbcClient database, Feeds feeds, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.feeds = feeds;
        this.clock = clock;
        this.started = clock.instant();
        feeds.all().forEach(feed -> register(feed.name(), meters));
    }

    private void register(String feed, MeterRegistry meters) {
        gauge(meters, feed, "salus.hl7v2.waiting", FeedStatus::waiting);
        gauge(meters, feed, "salus.hl7v2.waiting.age.seconds", it -> age(it.oldest()));
        gauge(meters, feed, "salus.hl7v2.last.message.age.seconds", it -> age(it.last()));
        gauge(meters, feed, "salus.hl7v2.parked", FeedStatus::parked);
        gauge(meters, feed, "salus.hl7v2.incomplete", FeedStatus::incomplete);
        gauge(meters, feed, "salus.hl7v2.unsupported", FeedStatus::unsupported);
        gauge(meters, feed, "salus.hl7v2.unmapped.codes", FeedStatus::unmapped);
        gauge(meters, feed, "salus.hl7v2.out.of.service", it -> it.disabled() ? 1 : 0);
        // Seen from the start, so that the first of them is an increase.
        meters.counter(CORRECTIONS, "feed", feed);
        gauge(meters, feed, "salus.hl7v2.silent", it -> silent.contains(feed) ? 1 : 0);
    }

    private void gauge(MeterRegistry meters, String feed, String name, ToDoubleFunction<FeedStatus> value) {
        Gauge.builder(name, this, it -> {
                    FeedStatus status = it.statuses.get(feed);
                    return status == null ? Double.NaN : value.applyAsDouble(status);
                })
                .tag("feed", feed)
                .register(meters);
    }

    /** Looks at all feeds; metrics and health show what was seen the last time. */
    void look() {
        for (MessageFeed feed : feeds.all()) {
            FeedStatus status = read(feed);
            noteService(feed, statuses.put(feed.name(), status), status);
            noteSilence(feed, status);
        }
    }

    /** The names of the feeds from which nothing has come for longer than agreed. */
    List<String> silent() {
        return silent.stream().sorted().toList();
    }

    /** The names of the feeds that refuse every message, because their tenant is disabled. */
    List<String> outOfService() {
        return statuses.entrySet().stream()
                .filter(it -> it.getValue().disabled())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static void noteService(MessageFeed feed, @Nullable FeedStatus before, FeedStatus now) {
        if (now.disabled() != (before != null && before.disabled())) {
            LOG.warn("HL7 v2 feed feed={} tenant={} outOfService={}", feed.name(), feed.tenant(), now.disabled());
        }
    }

    private FeedStatus read(MessageFeed feed) {
        return database.sql(LOOK)
                .param("feed", feed.name())
                .param("tenant", feed.tenant().value())
                .query((row, number) -> new FeedStatus(
                        instant(row.getTimestamp("last")),
                        instant(row.getTimestamp("oldest")),
                        row.getLong("waiting"),
                        row.getLong("parked"),
                        row.getLong("incomplete"),
                        row.getLong("unsupported"),
                        row.getLong("unmapped"),
                        row.getBoolean("disabled")))
                .single();
    }

    private void noteSilence(MessageFeed feed, FeedStatus status) {
        // Before the first message the start of the server counts, or a new feed would be silent at once.
        Instant last = status.last() == null ? started : status.last();
        boolean tooLong = feed.silence()
                .filter(longest -> Duration.between(last, clock.instant()).compareTo(longest) > 0)
                .isPresent();
        if (tooLong && silent.add(feed.name())) {
            LOG.warn("HL7 v2 feed is silent feed={} since={}", feed.name(), last);
        } else if (!tooLong && silent.remove(feed.name())) {
            LOG.info("HL7 v2 feed speaks again feed={}", feed.name());
        }
    }

    private double age(@Nullable Instant time) {
        return time == null ? 0 : Duration.between(time, clock.instant()).toMillis() / 1000.0;
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
