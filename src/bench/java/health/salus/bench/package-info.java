/**
 * Measures Salus beside stock HAPI FHIR JPA: the same PostgreSQL, the same data, the same requests, one after the other in
 * alternating rounds.
 */
package health.salus.bench;
