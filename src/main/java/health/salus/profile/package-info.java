/** The profiles, search parameters and claims of {@code fhir-profiles/}, made known to validation, search and CapabilityStatement. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.profile;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
