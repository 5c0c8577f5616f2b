/** What a newcomer finds at the first start: users, a patient, and a greeting that says what runs where. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "fhir", "smart"})
package health.salus.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
