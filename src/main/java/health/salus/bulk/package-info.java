/** Much at once: exports of all that a program may see, and imports of what another server has exported. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "blob", "fhir", "smart", "audit"})
package health.salus.bulk;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
