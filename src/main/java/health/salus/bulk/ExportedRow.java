package health.salus.bulk;

import health.salus.fhir.StoredVersion;

/**
 * A resource that an export comes by.
 *
 * @param version what it was at the time of the export; of what was deleted then, what it was before
 * @param changed whether it has changed since, so that HAPI's index tells of something else
 */
record ExportedRow(StoredVersion version, boolean changed) {}
