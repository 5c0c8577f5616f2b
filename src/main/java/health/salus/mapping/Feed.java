package health.salus.mapping;

import java.time.ZoneId;

/**
 * The interface that a message came in by, and what its sender leaves unsaid.
 *
 * @param name names the interface in {@code meta.source}; letters, digits and hyphens
 * @param zone the time zone of times that are sent without one
 */
public record Feed(String name, ZoneId zone) {}
