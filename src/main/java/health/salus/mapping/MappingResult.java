package health.salus.mapping;

/** What became of a message: a FHIR transaction, or the reasons why there is none. */
public sealed interface MappingResult permits Mapped, Rejected {}
