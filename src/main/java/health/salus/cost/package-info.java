/** What storage costs, a tenant and each of its patients: use as the catalog of blobs knows it, times a dated price list. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "blob", "smart", "fhir"})
package health.salus.cost;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
