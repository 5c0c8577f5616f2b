package health.salus.hl7v2;

import java.time.Duration;

/**
 * Something that is done from time to time.
 *
 * @param interval the pause before it is done the first time and between its end and its next beginning
 */
record Chore(Runnable work, Duration interval) {}
