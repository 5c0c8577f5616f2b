/** Direct uploads and downloads: clients put files into the store themselves, and fetch them there, by signed addresses. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "blob", "fhir", "smart", "secret", "audit"})
package health.salus.upload;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
