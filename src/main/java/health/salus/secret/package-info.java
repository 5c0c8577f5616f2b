/** Secrets on disk: small files that are whole or not there, and that only the owner of the process can read. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.secret;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
