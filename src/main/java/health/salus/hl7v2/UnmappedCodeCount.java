package health.salus.hl7v2;

import java.time.Instant;

/**
 * A local code of tests that no concept map translates.
 *
 * @param feed        where it comes from; a row in {@code conceptmaps/<feed>.csv} translates it
 * @param system      its FHIR system
 * @param code        as it was sent; its first 200 characters
 * @param name        as it was sent last, empty if it never was
 * @param count       how many results had it, each message counted once
 * @param exampleMessage the number of the last message with it, under {@code /api/hl7v2/messages}
 */
record UnmappedCodeCount(
        String feed,
        String system,
        String code,
        String name,
        long count,
        Instant firstSeen,
        Instant lastSeen,
        long exampleMessage) {}
