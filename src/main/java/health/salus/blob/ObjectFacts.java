package health.salus.blob;

/**
 * What a store says of one of its objects.
 *
 * @param size         in bytes
 * @param version      tells this object from another one under the same key; opaque
 * @param availability whether it can be opened now
 */
public record ObjectFacts(long size, String version, Availability availability) {}
