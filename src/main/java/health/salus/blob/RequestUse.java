package health.salus.blob;

/**
 * What was asked of the store within the last 30 days.
 *
 * @param operation    {@code WRITE} or {@code READ}
 * @param storageClass in the words of S3
 * @param requests     how many
 * @param bytes        that went over the wire
 */
public record RequestUse(String operation, String storageClass, long requests, long bytes) {}
