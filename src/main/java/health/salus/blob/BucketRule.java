package health.salus.blob;

import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.util.Optional;
import java.util.Set;

/** One setting of a bucket: what it should be, and how to see and change it. */
abstract class BucketRule {

    private static final int NOT_FOUND = 404;
    private static final Set<Integer> UNSUPPORTED = Set.of(405, 501);

    private final String name;

    BucketRule(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** What should be there, as one line of text. */
    abstract String wanted();

    /** What is there, in the same words; may throw an {@link S3Exception}. */
    abstract String present(S3Client client, String bucket);

    abstract void apply(S3Client client, String bucket);

    /** What differs; nothing if it is as it should be. */
    Optional<String> drift(S3Client client, String bucket) {
        try {
            String present = present(client, bucket);
            return present.equals(wanted())
                    ? Optional.empty()
                    : Optional.of("is [" + present + "], should be [" + wanted() + "]");
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.of("is not set, should be [" + wanted() + "]");
            }
            if (UNSUPPORTED.contains(e.statusCode())) {
                return Optional.of(UNKNOWN_TO_SERVER);
            }
            throw e;
        }
    }

    /** The drift of a setting that the server does not have; it cannot be applied. */
    static final String UNKNOWN_TO_SERVER = "is unknown to this server; see to it by other means";
}
