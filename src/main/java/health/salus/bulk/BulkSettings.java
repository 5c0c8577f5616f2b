package health.salus.bulk;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;

/**
 * Limits of bulk exports and imports.
 *
 * @param workers          {@code salus.bulk.workers}: how many jobs a server works on at the same time; each takes a connection
 * @param keep             {@code salus.bulk.keep}: how long the files of a finished job can be fetched; shorter than
 *                         {@code salus.blob.grace}
 * @param maxOpenJobs      {@code salus.bulk.max-open-jobs}: how many unfinished jobs a client may have; one more is answered 429
 * @param retryAfter       {@code salus.bulk.retry-after}: how often a client shall ask how far a job is; one that asks five
 *                         times as often is answered 429
 * @param resourcesPerFile {@code salus.bulk.resources-per-file}: after so many a file of an export ends
 * @param bytesPerFile     {@code salus.bulk.bytes-per-file}: after so many bytes it ends as well; what a crash interrupts is
 *                         one file
 * @param settleWithin     {@code salus.bulk.settle-within}: how long an export waits for writes under way; those that take
 *                         longer move its transaction time back
 */
@ConfigurationProperties("salus.bulk")
record BulkSettings(
        @DefaultValue("2") int workers,
        @DefaultValue("24h") Duration keep,
        @DefaultValue("5") int maxOpenJobs,
        @DefaultValue("5s") Duration retryAfter,
        @DefaultValue("100000") int resourcesPerFile,
        @DefaultValue("256MB") DataSize bytesPerFile,
        @DefaultValue("10s") Duration settleWithin) {}
