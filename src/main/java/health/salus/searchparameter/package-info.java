/** Search parameters that administrators store: which are taken, and how what was there before is found by them. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "smart"})
package health.salus.searchparameter;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
