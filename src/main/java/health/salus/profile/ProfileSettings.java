package health.salus.profile;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.nio.file.Path;

/**
 * Where the profiles are.
 *
 * @param directory folder of {@code StructureDefinition}, {@code SearchParameter} and {@code CapabilityStatement} resources as
 *                  JSON; where it does not exist, the ones packed in the jar are used
 */
@ConfigurationProperties("salus.profile")
record ProfileSettings(@DefaultValue("fhir-profiles") Path directory) {}
