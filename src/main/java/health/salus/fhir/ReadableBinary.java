package health.salus.fhir;

import health.salus.blob.StoredBlob;
import org.hl7.fhir.r4.model.Binary;

/**
 * Bytes that the caller may read.
 *
 * @param resource what FHIR shows of them, without {@code data}
 * @param blob     the bytes
 */
record ReadableBinary(Binary resource, StoredBlob blob) {}
