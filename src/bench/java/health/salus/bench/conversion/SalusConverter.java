package health.salus.bench.conversion;

import ca.uhn.fhir.context.FhirContext;
import health.salus.mapping.Feed;
import health.salus.mapping.Mapped;
import health.salus.mapping.MappingResult;
import health.salus.mapping.Mappings;
import org.hl7.fhir.r4.model.Bundle;

import java.io.IOException;
import java.time.ZoneId;

/** The mappings in the jar. */
final class SalusConverter implements Converter {

    private final Mappings mappings = Mappings.load(Mappings.IN_JAR);
    private final Feed feed = new Feed("bench", ZoneId.of("UTC"));

    SalusConverter() throws IOException {}

    @Override
    public String convert(byte[] message) {
        return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(map(message));
    }

    /** Does what the server does: it writes the Bundle itself and no text. */
    Bundle map(byte[] message) {
        MappingResult result = mappings.map(message, feed);
        if (result instanceof Mapped mapped) {
            return mapped.transaction();
        }
        throw new IllegalArgumentException("rejected");
    }
}
