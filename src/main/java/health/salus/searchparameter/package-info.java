/**
 * Search parameters beside those of FHIR: those of {@code fhir-profiles/}, and those that administrators store, which are taken
 * and how what was there before is found by them.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"profile", "tenant", "smart", "fhir"})
package health.salus.searchparameter;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
