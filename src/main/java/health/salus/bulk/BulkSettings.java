package health.salus.bulk;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.List;

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
 * @param longestLine      {@code salus.bulk.longest-line}: a longer line of an import is refused
 * @param largestInput     {@code salus.bulk.largest-input}: of what an import fetches, unpacked
 * @param importHosts      {@code salus.bulk.import-hosts}: hosts, with their port where it is not the usual one, from which
 *                         imports may fetch files, by https and if they are public; none unless they are named
 * @param internalImportHosts {@code salus.bulk.internal-import-hosts}: the same for hosts that need not be public or have TLS
 * @param fetchTimeout     {@code salus.bulk.fetch-timeout}: how long such a host may stay silent
 */
@ConfigurationProperties("salus.bulk")
record BulkSettings(
        @DefaultValue("2") int workers,
        @DefaultValue("24h") Duration keep,
        @DefaultValue("5") int maxOpenJobs,
        @DefaultValue("5s") Duration retryAfter,
        @DefaultValue("100000") int resourcesPerFile,
        @DefaultValue("256MB") DataSize bytesPerFile,
        @DefaultValue("10s") Duration settleWithin,
        @DefaultValue("10MB") DataSize longestLine,
        @DefaultValue("5GB") DataSize largestInput,
        @DefaultValue List<String> importHosts,
        @DefaultValue List<String> internalImportHosts,
        @DefaultValue("30s") Duration fetchTimeout) {}
