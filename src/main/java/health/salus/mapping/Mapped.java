package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle;

import java.util.List;

/**
 * A message that became a FHIR transaction.
 *
 * @param transaction FHIR R4 transaction; the same message always gives the same one
 * @param warnings    what could not be carried over as it was meant, by position; holds no content of the message
 */
public record Mapped(Bundle transaction, List<String> warnings) implements MappingResult {

    public Mapped {
        warnings = List.copyOf(warnings);
    }
}
