package health.salus.blob;

import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CORSRule;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionByDefault;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** How a bucket for patient data should be set up. */
final class BucketRules {

    private static final PublicAccessBlockConfiguration NOTHING_PUBLIC = PublicAccessBlockConfiguration.builder()
            .blockPublicAcls(true)
            .blockPublicPolicy(true)
            .ignorePublicAcls(true)
            .restrictPublicBuckets(true)
            .build();

    private BucketRules() {}

    static List<BucketRule> of(S3Settings settings, int stagingDays) {
        List<BucketRule> rules = new ArrayList<>(
                List.of(new Encrypted(settings), new NotPublic(), new BucketLifecycle(settings, stagingDays)));
        if (!settings.corsOrigins().isEmpty()) {
            rules.add(new Cors(settings.corsOrigins()));
        }
        return rules;
    }

    private static final class Encrypted extends BucketRule {

        private final ServerSideEncryptionRule rule;

        Encrypted(S3Settings settings) {
            super("encryption");
            boolean kms = settings.encryption() == S3Settings.Encryption.SSE_KMS;
            this.rule = ServerSideEncryptionRule.builder()
                    .applyServerSideEncryptionByDefault(ServerSideEncryptionByDefault.builder()
                            .sseAlgorithm(kms ? ServerSideEncryption.AWS_KMS : ServerSideEncryption.AES256)
                            .kmsMasterKeyID(kms ? settings.kmsKey() : null)
                            .build())
                    .bucketKeyEnabled(kms)
                    .build();
        }

        @Override
        String wanted() {
            return describe(rule);
        }

        @Override
        String present(S3Client client, String bucket) {
            return client
                    .getBucketEncryption(it -> it.bucket(bucket))
                    .serverSideEncryptionConfiguration()
                    .rules()
                    .stream()
                    .map(Encrypted::describe)
                    .findFirst()
                    .orElse("none");
        }

        @Override
        void apply(S3Client client, String bucket) {
            client.putBucketEncryption(
                    it -> it.bucket(bucket).serverSideEncryptionConfiguration(all -> all.rules(rule)));
        }

        private static String describe(ServerSideEncryptionRule rule) {
            ServerSideEncryptionByDefault all = rule.applyServerSideEncryptionByDefault();
            String key = Objects.requireNonNullElse(all.kmsMasterKeyID(), "");
            return (all.sseAlgorithmAsString() + " " + key).strip()
                    + (Boolean.TRUE.equals(rule.bucketKeyEnabled()) ? ", bucket key" : "");
        }
    }

    private static final class NotPublic extends BucketRule {

        NotPublic() {
            super("public access");
        }

        @Override
        String wanted() {
            return describe(NOTHING_PUBLIC);
        }

        @Override
        String present(S3Client client, String bucket) {
            return describe(client.getPublicAccessBlock(it -> it.bucket(bucket)).publicAccessBlockConfiguration());
        }

        @Override
        void apply(S3Client client, String bucket) {
            client.putPublicAccessBlock(it -> it.bucket(bucket).publicAccessBlockConfiguration(NOTHING_PUBLIC));
        }

        private static String describe(PublicAccessBlockConfiguration block) {
            boolean all = Stream.of(
                            block.blockPublicAcls(),
                            block.blockPublicPolicy(),
                            block.ignorePublicAcls(),
                            block.restrictPublicBuckets())
                    .allMatch(Boolean.TRUE::equals);
            return all ? "blocked" : "not wholly blocked";
        }
    }

    private static final class Cors extends BucketRule {

        private final CORSRule rule;

        Cors(List<String> origins) {
            super("CORS");
            this.rule = CORSRule.builder()
                    .allowedOrigins(origins)
                    .allowedMethods("GET", "PUT")
                    .allowedHeaders("*")
                    // A script that uploads parts must read the tag of each, to name them in the end.
                    .exposeHeaders("ETag")
                    .maxAgeSeconds(3600)
                    .build();
        }

        @Override
        String wanted() {
            return describe(rule);
        }

        @Override
        String present(S3Client client, String bucket) {
            return String.join(
                    "; ",
                    client.getBucketCors(it -> it.bucket(bucket)).corsRules().stream()
                            .map(Cors::describe)
                            .toList());
        }

        @Override
        void apply(S3Client client, String bucket) {
            client.putBucketCors(it -> it.bucket(bucket).corsConfiguration(all -> all.corsRules(rule)));
        }

        private static String describe(CORSRule rule) {
            return rule.allowedMethods() + " from " + rule.allowedOrigins() + " showing " + rule.exposeHeaders();
        }
    }
}
