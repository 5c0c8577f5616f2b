/** Salus, a FHIR R4 health data server in one jar. Each package below is a feature; see its {@code package-info}. */
@NullMarked
package health.salus;

import org.jspecify.annotations.NullMarked;
