/** GraphQL over FHIR resources: which queries are taken, and what they answer out of what a source gives. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.graphql;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
