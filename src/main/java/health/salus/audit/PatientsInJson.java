package health.salus.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.hl7.fhir.r4.model.IdType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/** Finds out whom a resource is about, as {@link PatientsOf} does, of its JSON and without making an object of it. */
final class PatientsInJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String PATIENT = "Patient";

    private final PatientsOf patientsOf;

    PatientsInJson(PatientsOf patientsOf) {
        this.patientsOf = patientsOf;
    }

    /**
     * Returns ids without the type; none for what is about nobody.
     *
     * @param type a FHIR R4 resource type
     * @param id   of the resource, without its type
     */
    Set<String> of(String type, String id, String json) {
        if (type.equals(PATIENT)) {
            return Set.of(id);
        }
        Set<String> paths = patientsOf.paths(type);
        if (paths.isEmpty()) {
            return Set.of();
        }
        Set<String> patients = new HashSet<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            collect(parser, type, paths, patients);
        } catch (IOException e) {
            throw new UncheckedIOException("What is stored is JSON", e);
        }
        return patients;
    }

    /** Goes through the object that the parser is at. */
    private static void collect(JsonParser parser, String path, Set<String> paths, Set<String> patients)
            throws IOException {
        boolean isReference = paths.contains(path);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (isReference && name.equals("reference") && value == JsonToken.VALUE_STRING) {
                patient(parser.getText(), patients);
            } else if (value.isStructStart()) {
                descend(parser, path + "." + name, paths, patients);
            }
        }
    }

    private static void descend(JsonParser parser, String path, Set<String> paths, Set<String> patients)
            throws IOException {
        boolean leads = paths.stream().anyMatch(it -> it.equals(path) || it.startsWith(path + "."));
        if (!leads) {
            parser.skipChildren();
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            collect(parser, path, paths, patients);
        } else {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    collect(parser, path, paths, patients);
                }
            }
        }
    }

    private static void patient(String reference, Set<String> patients) {
        IdType id = new IdType(reference);
        if (PATIENT.equals(id.getResourceType()) && id.hasIdPart()) {
            patients.add(id.getIdPart());
        }
    }
}
