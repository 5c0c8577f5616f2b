package health.salus.blob;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectAlreadyInActiveTierErrorException;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.StorageClass;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Objects that S3 does not give at once: those in the classes Glacier Flexible Retrieval and Deep Archive, and those that
 * Intelligent-Tiering has put into one of its archive tiers.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html">Restoring an archived object</a>
 */
final class S3Archive {

    private static final Set<StorageClass> OFFLINE = EnumSet.of(StorageClass.GLACIER, StorageClass.DEEP_ARCHIVE);
    private static final String UNDER_WAY = "ongoing-request=\"true\"";
    private static final Pattern EXPIRY = Pattern.compile("expiry-date=\"(?<date>[^\"]+)\"");
    private static final String ASKED_BEFORE = "RestoreAlreadyInProgress";

    private final S3Bucket bucket;

    S3Archive(S3Bucket bucket) {
        this.bucket = bucket;
    }

    /** Reads {@code x-amz-restore}, {@code x-amz-archive-status} and {@code x-amz-storage-class}. */
    static Availability availability(HeadObjectResponse object) {
        String restore = Optional.ofNullable(object.restore()).orElse("");
        if (restore.contains(UNDER_WAY)) {
            return Availability.RESTORING;
        }
        Optional<Instant> end = expiry(restore);
        if (end.isPresent()) {
            return Availability.until(end.get());
        }
        return object.archiveStatus() != null || OFFLINE.contains(object.storageClass())
                ? Availability.ARCHIVED
                : Availability.AT_ONCE;
    }

    void restore(BlobKey key) {
        HeadObjectResponse object = bucket.head(key).orElseThrow(() -> BlobNotFoundException.of(key));
        if (availability(object).state() != BlobState.ARCHIVED) {
            return;
        }
        RestoreRequest.Builder request = RestoreRequest.builder()
                .glacierJobParameters(it -> it.tier(bucket.settings().restoreTier()));
        if (object.archiveStatus() == null) {
            // Intelligent-Tiering takes the object itself out of its archive, and wants no number of days.
            request.days(bucket.settings().restoreDays());
        }
        ask(key, request.build());
    }

    private void ask(BlobKey key, RestoreRequest restore) {
        try {
            bucket.client()
                    .restoreObject(request -> request.bucket(bucket.name())
                            .key(key.value())
                            .restoreRequest(restore)
                            .overrideConfiguration(bucket.limit(0)));
        } catch (ObjectAlreadyInActiveTierErrorException e) {
            // It came back in between.
        } catch (S3Exception e) {
            if (!ASKED_BEFORE.equals(e.awsErrorDetails().errorCode())) {
                throw S3Bucket.unavailable(e);
            }
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    private static Optional<Instant> expiry(String restore) {
        Matcher matcher = EXPIRY.matcher(restore);
        try {
            return matcher.find()
                    ? Optional.of(ZonedDateTime.parse(matcher.group("date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
