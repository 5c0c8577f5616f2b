/** The HAPI JPA server: servlet, storage settings, attachment offload and the one way in which resources are written. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "blob", "profile", "graphql"})
package health.salus.fhir;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
