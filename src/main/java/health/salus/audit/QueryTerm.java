package health.salus.audit;

/**
 * One parameter of a query, without what was asked for.
 *
 * @param name  name of the parameter with its modifier or chain, {@code code:in}
 * @param value keyed digest of the value, by which equal questions are recognised; only words that FHIR fixes stand in clear
 */
public record QueryTerm(String name, String value) {}
