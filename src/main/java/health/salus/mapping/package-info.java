/** Turns an HL7 v2 message into a FHIR transaction by the rules in {@code hl7-mappings/}; pure, knows no network and no database. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.mapping;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
