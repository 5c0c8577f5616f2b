package health.salus.bulk;

import health.salus.blob.BlobId;

/**
 * A finished file of a job.
 *
 * @param number    from 1, in the order in which the files were made
 * @param type      the FHIR type of its resources
 * @param blob      its bytes
 * @param resources how many there are, each in a line
 */
record BulkFile(int number, Section section, String type, BlobId blob, long resources) {

    /** The list of the manifest that names it. */
    enum Section {
        OUTPUT,
        DELETED,
        ERROR
    }
}
