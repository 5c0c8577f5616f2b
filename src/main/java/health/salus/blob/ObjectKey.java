package health.salus.blob;

import health.salus.tenant.TenantId;

/** Where an object lies in a {@link BlobStore}: in its final place or in the one for uploads that nobody has checked yet. */
public sealed interface ObjectKey permits BlobKey, StagingKey {

    /** The only tenant whose object it is. */
    TenantId tenant();

    /** The key as text, for an S3 object or a relative path; ASCII, with slashes between its segments. */
    String value();
}
