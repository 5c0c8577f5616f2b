/** Who did what with whose data: the trail that only grows, its proof, its reading as {@code AuditEvent}, and alerts. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "secret", "smart", "fhir", "database"})
package health.salus.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
