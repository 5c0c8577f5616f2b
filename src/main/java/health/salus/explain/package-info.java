/** {@code _explain=true}: how the database finds what a search asks for, for the administrators of the operator. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "fhir", "smart"})
package health.salus.explain;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
