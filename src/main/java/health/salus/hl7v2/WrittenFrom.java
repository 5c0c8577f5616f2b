package health.salus.hl7v2;

import java.time.Instant;

/** The message that a resource was last written from, and when that was sent. */
record WrittenFrom(long messageId, Instant sentAt) {}
