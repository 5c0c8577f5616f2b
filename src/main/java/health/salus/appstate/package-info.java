/** What apps keep here for themselves: small settings and keys, for a person, a patient or everybody. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "smart", "audit"})
package health.salus.appstate;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
