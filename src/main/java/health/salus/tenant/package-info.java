/** Who the data belongs to: tenants, their ids and the HAPI partition each of them owns. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.tenant;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
