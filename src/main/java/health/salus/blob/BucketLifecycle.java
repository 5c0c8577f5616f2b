package health.salus.blob;

import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the bucket cleans up by itself. Rules of others, whose names do not begin as ours, stay as they are. */
final class BucketLifecycle extends BucketRule {

    private static final int NOT_FOUND = 404;
    private static final String OURS = "salus-";
    private static final int UNFINISHED_DAYS = 7;

    private final List<LifecycleRule> rules = new ArrayList<>();

    BucketLifecycle(S3Settings settings, int stagingDays) {
        super("lifecycle");
        rules.add(rule(
                        "staging",
                        LifecycleRuleFilter.builder().prefix(StagingKey.PREFIX).build())
                .expiration(it -> it.days(stagingDays))
                .build());
        rules.add(rule("unfinished", LifecycleRuleFilter.builder().prefix("").build())
                .abortIncompleteMultipartUpload(it -> it.daysAfterInitiation(UNFINISHED_DAYS))
                .build());
        if (settings.largeStorageClass() != StorageClass.STANDARD) {
            // For objects that came before the class was chosen; new ones are written in it.
            rules.add(rule(
                            "tiering",
                            LifecycleRuleFilter.builder()
                                    .objectSizeGreaterThan(S3Settings.SMALLEST_TIERED - 1)
                                    .build())
                    .transitions(
                            it -> it.days(settings.largeStorageClass() == StorageClass.INTELLIGENT_TIERING ? 0 : 30)
                                    .storageClass(TransitionStorageClass.fromValue(
                                            settings.largeStorageClass().toString())))
                    .build());
        }
    }

    @Override
    String wanted() {
        return describe(rules.stream());
    }

    @Override
    String present(S3Client client, String bucket) {
        return describe(present(
                client.getBucketLifecycleConfiguration(it -> it.bucket(bucket)).rules(), true));
    }

    @Override
    void apply(S3Client client, String bucket) {
        List<LifecycleRule> all = Stream.concat(present(all(client, bucket), false), rules.stream())
                .toList();
        client.putBucketLifecycleConfiguration(
                it -> it.bucket(bucket).lifecycleConfiguration(configuration -> configuration.rules(all)));
    }

    private static List<LifecycleRule> all(S3Client client, String bucket) {
        try {
            return client.getBucketLifecycleConfiguration(it -> it.bucket(bucket))
                    .rules();
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private static Stream<LifecycleRule> present(List<LifecycleRule> rules, boolean ours) {
        return rules.stream().filter(it -> (it.id() != null && it.id().startsWith(OURS)) == ours);
    }

    private static LifecycleRule.Builder rule(String name, LifecycleRuleFilter filter) {
        return LifecycleRule.builder()
                .id(OURS + name)
                .status(ExpirationStatus.ENABLED)
                .filter(filter);
    }

    private static String describe(Stream<LifecycleRule> rules) {
        return rules.map(BucketLifecycle::describe).sorted().collect(Collectors.joining("; "));
    }

    private static String describe(LifecycleRule rule) {
        StringBuilder text = new StringBuilder(rule.id());
        if (rule.status() != ExpirationStatus.ENABLED) {
            text.append(" (off)");
        }
        if (rule.expiration() != null && rule.expiration().days() != null) {
            text.append(": delete after ").append(rule.expiration().days()).append(" d");
        }
        if (rule.abortIncompleteMultipartUpload() != null) {
            text.append(": abort after ")
                    .append(rule.abortIncompleteMultipartUpload().daysAfterInitiation())
                    .append(" d");
        }
        rule.transitions()
                .forEach(it -> text.append(": ")
                        .append(it.storageClassAsString())
                        .append(" after ")
                        .append(it.days())
                        .append(" d"));
        return text.toString();
    }
}
