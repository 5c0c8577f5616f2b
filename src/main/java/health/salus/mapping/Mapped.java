package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle;

import java.util.List;

/**
 * A message that became a FHIR transaction.
 *
 * @param transaction   FHIR R4 transaction; the same message always gives the same one
 * @param merges        which of its entries must not replace what the store has but go into it element by element
 * @param patientMerges which patients turned out to be one
 * @param unmappedCodes local codes of tests that no concept map translates
 * @param warnings      what could not be carried over as it was meant, by position; holds no content of the message
 */
public record Mapped(
        Bundle transaction,
        List<FieldMerge> merges,
        List<PatientMerge> patientMerges,
        List<UnmappedCode> unmappedCodes,
        List<String> warnings)
        implements MappingResult {

    public Mapped {
        merges = List.copyOf(merges);
        patientMerges = List.copyOf(patientMerges);
        unmappedCodes = List.copyOf(unmappedCodes);
        warnings = List.copyOf(warnings);
    }
}
