/** Keycloak as the issuer of the tokens: the realm that it imports, and the mapper that runs inside it. */
@NullMarked
@ApplicationModule(allowedDependencies = {"smart", "tenant"})
package health.salus.keycloak;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
