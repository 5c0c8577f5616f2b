package health.salus.mapping;

import org.hl7.fhir.r4.model.Identifier;

/**
 * Two numbers of one person, as ADT^A40, A34 and A18 report them: the record of the second goes into that of the first, and
 * whatever comes later under the second number belongs to the first.
 *
 * @param surviving the identifier of the patient who stays; the transaction holds that patient
 * @param retired   the identifier of the patient who goes; the store may not know it
 */
public record PatientMerge(Identifier surviving, Identifier retired) {}
