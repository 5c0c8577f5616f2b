package health.salus.upload;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;

/**
 * Limits of direct uploads and downloads.
 *
 * @param lifetime       {@code salus.upload.lifetime}: how long a signed address can be used; a transfer that has begun goes on
 * @param completeWithin {@code salus.upload.complete-within}: how long after its start an upload may be completed; then what
 *                       was uploaded is deleted
 * @param maxSize        {@code salus.upload.max-size}: largest upload, 5 GB at most
 * @param partsAbove     {@code salus.upload.parts-above}: larger uploads are made in parts, where the store can
 * @param partSize       {@code salus.upload.part-size}: of those parts, 5 MB at least
 */
@ConfigurationProperties("salus.upload")
record UploadSettings(
        @DefaultValue("15m") Duration lifetime,
        @DefaultValue("24h") Duration completeWithin,
        @DefaultValue("5GB") DataSize maxSize,
        @DefaultValue("64MB") DataSize partsAbove,
        @DefaultValue("16MB") DataSize partSize) {

    private static final DataSize SMALLEST_PART = DataSize.ofMegabytes(5);
    private static final DataSize LARGEST = DataSize.ofGigabytes(5);

    UploadSettings {
        if (partSize.compareTo(SMALLEST_PART) < 0 || maxSize.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException(
                    "salus.upload.part-size is 5MB at least, and salus.upload.max-size 5GB at most");
        }
    }
}
