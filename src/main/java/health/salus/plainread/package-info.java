/** A short road for the most frequent request: one resource by its id, for a caller from whom nothing of it is kept. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "smart", "fhir", "audit"})
package health.salus.plainread;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
