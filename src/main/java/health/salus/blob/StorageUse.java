package health.salus.blob;

/**
 * How much of one kind lies in the store.
 *
 * @param category     {@code document}, {@code image}, {@code imaging} (DICOM), {@code text} or {@code other}, by content type
 * @param storageClass in the words of S3
 * @param objects      how many
 * @param bytes        of the plain content
 * @param storedBytes  of what the store keeps, which is less where it is compressed
 * @param sharedBytes  what would lie there besides, if equal files were not kept once
 * @param newBytes     the part of {@code storedBytes} that came within the last 30 days
 */
public record StorageUse(
        String category,
        String storageClass,
        long objects,
        long bytes,
        long storedBytes,
        long sharedBytes,
        long newBytes) {}
