package health.salus.bulk;

import java.util.List;

/**
 * What an import shall do beside taking in its inputs.
 *
 * @param base     the FHIR base of the tenant without a slash at its end
 * @param types    the FHIR types of its resources
 * @param searches whether a reference may name its target by a search, which tells what there is
 */
record ImportOrder(String base, List<String> types, boolean searches) {}
