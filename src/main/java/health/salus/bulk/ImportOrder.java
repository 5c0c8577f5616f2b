package health.salus.bulk;

import java.util.List;

/**
 * What an import shall do beside taking in its inputs.
 *
 * @param base  the FHIR base of the tenant without a slash at its end
 * @param types the FHIR types of its resources
 */
record ImportOrder(String base, List<String> types) {}
