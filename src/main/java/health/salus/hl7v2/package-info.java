/** Takes HL7 v2 messages in over MLLP, keeps them as they came, and turns them into FHIR resources in order of arrival. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "blob", "mapping", "fhir"})
package health.salus.hl7v2;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
