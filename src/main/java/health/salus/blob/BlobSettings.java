package health.salus.blob;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;

import java.util.Optional;

/**
 * Where object bytes are kept: in {@code blobs} below {@code salus.data-dir}, unless an S3 bucket is given.
 *
 * @param s3 {@code salus.blob.s3.*}, see {@link S3Settings}
 */
@ConfigurationProperties("salus.blob")
record BlobSettings(@Nullable S3Settings s3) {

    /** The S3 settings, if they name a bucket; an empty name, as container files like to pass it, is none. */
    Optional<S3Settings> bucket() {
        return Optional.ofNullable(s3).filter(it -> StringUtils.hasText(it.bucket()));
    }
}
