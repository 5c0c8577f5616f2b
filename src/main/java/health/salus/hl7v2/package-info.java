/** Takes HL7 v2 messages in, keeps them as they came, and turns them into FHIR resources, in order for each patient. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "blob", "mapping", "fhir", "smart", "audit", "database"})
package health.salus.hl7v2;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
