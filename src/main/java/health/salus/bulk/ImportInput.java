package health.salus.bulk;

import health.salus.blob.BlobId;

import java.util.Optional;

/**
 * A file that an import takes in.
 *
 * @param number   from 1, in the order in which they are taken in
 * @param type     the FHIR type that each of its lines has
 * @param url      as the client has named it
 * @param blob     its bytes, once they are here
 * @param fetched  whether they were fetched for this job alone
 * @param position where the next line begins, in bytes
 * @param lines    how many lines there were before it
 */
record ImportInput(
        int number,
        String type,
        String url,
        Optional<BlobId> blob,
        boolean fetched,
        long position,
        long lines,
        boolean done) {}
