package health.salus.fhir;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;

/**
 * Limits of the FHIR API.
 *
 * @param pageSize         entries of a search page when the client does not ask ({@code _count})
 * @param maxPageSize      most entries of a search page, whatever the client asks
 * @param maxRequestSize   largest request body; a larger one is answered 413
 * @param offloadAbove     attachments with more bytes leave the database for the blob store; where there is a scanner, all
 *                         do
 * @param maxInlineBinary  largest {@code Binary} that is answered as FHIR, with its data inside; larger ones only as bytes
 * @param maxInlineAttachments most data in bytes of one answer to {@code _inlineAttachments=true}; more is answered 400
 * @param maxRawBinary     largest content of a {@code Binary} that comes in its own type, streamed; larger is answered 413
 * @param maxBundleEntries most entries of a batch or transaction; more are answered 413
 * @param maxConcurrentRequests requests that are worked on at the same time; 0 is eight for each processor
 * @param overloadPatience how long a request waits for its turn before it is answered 503
 * @param maxReadTime      how long a search may take in the database before it is cancelled there and answered 400
 */
@ConfigurationProperties("salus.fhir")
record FhirSettings(
        @DefaultValue("50") int pageSize,
        @DefaultValue("1000") int maxPageSize,
        @DefaultValue("100MB") DataSize maxRequestSize,
        @DefaultValue("64KB") DataSize offloadAbove,
        @DefaultValue("10MB") DataSize maxInlineBinary,
        @DefaultValue("10MB") DataSize maxInlineAttachments,
        @DefaultValue("5GB") DataSize maxRawBinary,
        @DefaultValue("10000") int maxBundleEntries,
        @DefaultValue("0") int maxConcurrentRequests,
        @DefaultValue("500ms") Duration overloadPatience,
        @DefaultValue("30s") Duration maxReadTime) {}
