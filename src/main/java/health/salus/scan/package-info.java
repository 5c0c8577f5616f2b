/** Looks for viruses in content: the port {@link health.salus.scan.ContentScanner} and clamd behind it. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.scan;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
