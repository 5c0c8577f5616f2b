/**
 * Measures how fast and how completely HL7 v2 messages become FHIR, beside the converter of LinuxForHealth: the same messages,
 * each converter in a process of its own, from the bytes of a message to the text of a Bundle.
 */
package health.salus.bench.conversion;
