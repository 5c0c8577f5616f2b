package health.salus.mapping;

/**
 * A local code of a test that the feed's concept map does not translate. Nothing is lost by it: the resource keeps the code.
 *
 * @param system  the FHIR system of the code
 * @param code    the code as it was sent
 * @param display its name as it was sent, or an empty text
 * @param count   how often the message uses it
 */
public record UnmappedCode(String system, String code, String display, int count) {}
