/** The profiles of {@code fhir-profiles/}, made known to validation and to the CapabilityStatement. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.profile;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
