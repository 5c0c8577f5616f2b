package health.salus.blob;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

import java.time.Duration;
import java.util.Optional;

/**
 * Where object bytes are kept: in {@code blobs} below {@code salus.data-dir}, unless an S3 bucket is given.
 *
 * @param grace         {@code salus.blob.grace}: how long bytes stay after the last resource has let go of them, or if none
 *                      has ever held them; longer than any upload and any transaction takes
 * @param stagingAge    {@code salus.blob.staging-age}: how long an upload waits to be completed by the client that sent it
 * @param sweepInterval {@code salus.blob.sweep-interval}: pause between two runs of the sweep, which deletes both
 * @param restorePollInterval {@code salus.blob.restore-poll-interval}: pause between two looks whether the store has restored
 *                      what was asked of it
 * @param types         {@code salus.blob.types.*}: what may be stored, see {@link TypeSettings}
 * @param encryption    {@code salus.blob.encryption.*}: whose objects are encrypted, see {@link EncryptionSettings}
 * @param s3            {@code salus.blob.s3.*}, see {@link S3Settings}
 */
@ConfigurationProperties("salus.blob")
record BlobSettings(
        @DefaultValue("7d") Duration grace,
        @DefaultValue("2d") Duration stagingAge,
        @DefaultValue("1h") Duration sweepInterval,
        @DefaultValue("1m") Duration restorePollInterval,
        @DefaultValue TypeSettings types,
        @DefaultValue EncryptionSettings encryption,
        @Nullable S3Settings s3) {

    /** The S3 settings, if they name a bucket; an empty name, as container files like to pass it, is none. */
    Optional<S3Settings> bucket() {
        return Optional.ofNullable(s3).filter(it -> StringUtils.hasText(it.bucket()));
    }
}
