package health.salus.searchparameter;

/**
 * A resource that is read again.
 *
 * @param place where it is in HAPI's table
 * @param type  its FHIR resource type
 */
record ReindexedRow(Reindex.Place place, String type) {}
