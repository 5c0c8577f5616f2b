/** Who may do what: SMART discovery, the embedded authorization server, tokens, scopes and patient compartments. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "secret", "fhir"})
package health.salus.smart;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
