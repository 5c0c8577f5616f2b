/** Which PostgreSQL the server uses: the one it is given, or one that it starts itself. */
@NullMarked
@ApplicationModule(allowedDependencies = {"secret"})
package health.salus.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
