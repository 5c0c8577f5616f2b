package health.salus.blob;

import java.time.Duration;
import java.util.List;

/** Signs addresses of objects for clients, and joins what clients upload in parts. */
public interface DirectUrls {

    /** The address of one object for reading; the browser is told to save it and not to show it. */
    DirectUrl.Signed download(BlobKey key, String contentType, Duration lifetime);

    /** The address to which a client puts exactly this content, once. */
    DirectUrl.Signed upload(StagingKey key, StagedContent content, Duration lifetime);

    /** Begins an upload in parts; returns the store's name for it. */
    String beginParts(StagingKey key, String contentType);

    /**
     * The address to which a client puts one part.
     *
     * @param number from 1 to 10 000
     * @param size   in bytes, at least 5 MB unless it is the last part
     */
    DirectUrl.Signed uploadPart(StagingKey key, String uploadId, int number, long size, Duration lifetime);

    /**
     * Joins the parts, in the order of their numbers.
     *
     * @throws BlobMismatchException if a part is missing, too small or not the one that the tag says
     */
    void completeParts(StagingKey key, String uploadId, List<UploadedPart> parts);

    /** Gives up an upload in parts and frees its space; does nothing if there is none. */
    void abortParts(StagingKey key, String uploadId);
}
