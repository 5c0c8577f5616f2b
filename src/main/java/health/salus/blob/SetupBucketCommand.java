package health.salus.blob;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** {@code blob setup-bucket}: says how the bucket differs from what it should be, and makes it so if told to. */
@Command(
        name = "setup-bucket",
        description = {
            "Compares the bucket's encryption, public access, lifecycle and CORS with what they should be.",
            "Takes the settings of the server (SALUS_BLOB_S3_*).",
            "Exit code 0: all is as it should be. 1: something differs, or the store refuses."
        },
        mixinStandardHelpOptions = true)
public final class SetupBucketCommand implements Callable<Integer> {

    private final Supplier<ConfigurableEnvironment> environment;

    @Option(names = "--apply", description = "makes the bucket if there is none, and sets what differs")
    private boolean apply;

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** @param environment gives the settings of the server */
    public SetupBucketCommand(Supplier<ConfigurableEnvironment> environment) {
        this.environment = environment;
    }

    /** Returns 0 if the bucket is as it should be in the end, else 1. */
    @Override
    public Integer call() {
        BlobSettings settings =
                Binder.get(environment.get()).bindOrCreate("salus.blob", Bindable.of(BlobSettings.class));
        Optional<S3Settings> s3 = settings.bucket();
        if (s3.isEmpty()) {
            command.commandLine().getErr().println("No bucket is set; set SALUS_BLOB_S3_BUCKET");
            return 1;
        }
        try (S3Client client = S3Clients.create(s3.get())) {
            return setUp(
                    client,
                    s3.get(),
                    Math.toIntExact(Math.max(1, settings.stagingAge().toDays())));
        } catch (SdkException e) {
            command.commandLine().getErr().println("The store refuses: " + e.getMessage());
            return 1;
        }
    }

    private int setUp(S3Client client, S3Settings settings, int stagingDays) {
        String bucket = Objects.requireNonNull(settings.bucket());
        if (!exists(client, bucket)) {
            if (!apply) {
                say("bucket " + bucket + ": there is none; --apply makes it");
                return 1;
            }
            client.createBucket(it -> it.bucket(bucket));
            say("bucket " + bucket + ": made");
        }
        boolean good = true;
        for (BucketRule rule : BucketRules.of(settings, stagingDays)) {
            good &= isGood(client, bucket, rule);
        }
        return good ? 0 : 1;
    }

    private boolean isGood(S3Client client, String bucket, BucketRule rule) {
        Optional<String> drift = rule.drift(client, bucket);
        if (drift.isEmpty()) {
            say(rule.name() + ": ok [" + rule.wanted() + "]");
            return true;
        }
        if (!apply || drift.get().equals(BucketRule.UNKNOWN_TO_SERVER)) {
            say(rule.name() + ": " + drift.get());
            return false;
        }
        try {
            rule.apply(client, bucket);
        } catch (S3Exception e) {
            say(rule.name() + ": could not be set: " + e.getMessage());
            return false;
        }
        // Some servers take a setting and forget it.
        Optional<String> still = rule.drift(client, bucket);
        say(rule.name() + still.map(it -> ": was set, yet " + it).orElse(": set to [" + rule.wanted() + "]"));
        return still.isEmpty();
    }

    private static boolean exists(S3Client client, String bucket) {
        try {
            client.headBucket(it -> it.bucket(bucket));
            return true;
        } catch (NoSuchBucketException e) {
            return false;
        }
    }

    private void say(String line) {
        command.commandLine().getOut().println(line);
    }
}
