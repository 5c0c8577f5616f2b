package health.salus.bulk;

import health.salus.blob.BlobId;
import health.salus.blob.BlobSweep;
import health.salus.blob.Blobs;
import health.salus.blob.ByteRange;
import health.salus.blob.StoredBlob;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Opens the inputs of imports where they were left; those that lie elsewhere are fetched whole first. */
@Component
class ImportSource {

    private final ImportInputs inputs;
    private final RemoteInputs remote;
    private final Blobs blobs;
    private final BlobSweep sweep;
    private final BulkSettings settings;

    ImportSource(ImportInputs inputs, RemoteInputs remote, Blobs blobs, BlobSweep sweep, BulkSettings settings) {
        this.inputs = inputs;
        this.remote = remote;
        this.blobs = blobs;
        this.sweep = sweep;
        this.settings = settings;
    }

    /**
     * Opens an input at the first line that has not been dealt with.
     *
     * @throws UnfitOrderException if it cannot be fetched, or is not there any more
     */
    ImportLines open(BulkJob job, ImportInput input) throws IOException {
        StoredBlob blob = input.blob()
                .or(() -> Optional.of(fetch(job, input)))
                .flatMap(id -> blobs.find(job.owner().tenant(), id))
                .orElseThrow(() -> new UnfitOrderException("Input " + input.number() + " is not there any more"));
        return new ImportLines(
                input,
                open(blob, input.position()),
                Math.toIntExact(settings.longestLine().toBytes()));
    }

    private InputStream open(StoredBlob blob, long position) throws IOException {
        if (position == 0) {
            return blobs.open(blob);
        }
        return position == blob.size()
                ? InputStream.nullInputStream()
                : blobs.open(blob, new ByteRange(position, blob.size() - position));
    }

    private BlobId fetch(BulkJob job, ImportInput input) {
        try (InputStream content = remote.open(input.url())) {
            BlobId blob =
                    blobs.store(job.owner().tenant(), ExportRun.NDJSON, content).id();
            noteFetched(job, input, blob);
            return blob;
        } catch (IOException e) {
            throw new UnfitOrderException("Input " + input.number() + " cannot be fetched: " + reason(e));
        }
    }

    private void noteFetched(BulkJob job, ImportInput input, BlobId blob) {
        try {
            inputs.fetched(job.id(), input, blob);
        } catch (RuntimeException e) {
            sweep.discard(job.owner().tenant(), blob);
            throw e;
        }
    }

    // What a socket says could tell of the network inside.
    private static String reason(IOException failure) {
        return failure instanceof RemoteInputs.Refused refused
                ? refused.reason()
                : "its server does not answer as it should";
    }
}
