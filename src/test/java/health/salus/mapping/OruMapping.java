package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The mapping of the project's own rules, and messages to feed it with. */
final class OruMapping {

    static final Feed LAB = new Feed("lab", ZoneId.of("Europe/Berlin"));

    static final Mappings MAPPINGS = load();

    /** A message that has all that a result needs, without its results. */
    static final String HEAD = """
            MSH|^~\\&|LABSYS|CITYLAB|||20260301103015||ORU^R01^ORU_R01|M1|P|2.5.1
            PID|||4711^^^CITYHOSPITAL^MR||Mustermann^Erika
            OBR|1|PL1|F1|CBC^Blood count^L|||20260301083000||||||||||||||||||F
            """;

    private OruMapping() {}

    static MappingResult map(String message) {
        return MAPPINGS.map(message.replace('\n', '\r').getBytes(StandardCharsets.UTF_8), LAB);
    }

    static Mapped mapped(String message) {
        MappingResult result = map(message);
        assertThat(result).isInstanceOf(Mapped.class);
        return (Mapped) result;
    }

    static List<String> reasons(String message) {
        MappingResult result = map(message);
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result).reasons();
    }

    /** Maps one result segment, given without its name and number: {@code NM|GLU^Glucose^L||105|…}. */
    static Observation observation(String result) {
        return all(mapped(HEAD + "OBX|1|" + result), Observation.class).get(0);
    }

    static <T extends Resource> T only(Mapped mapped, Class<T> type) {
        assertThat(all(mapped, type)).hasSize(1);
        return all(mapped, type).get(0);
    }

    static <T extends Resource> List<T> all(Mapped mapped, Class<T> type) {
        return entries(mapped).stream()
                .map(BundleEntryComponent::getResource)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    static List<BundleEntryComponent> entries(Mapped mapped) {
        return mapped.transaction().getEntry();
    }

    static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Mappings load() {
        try {
            return Mappings.load("file:hl7-mappings");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
