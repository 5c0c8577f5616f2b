package health.salus.fhir;

import ca.uhn.fhir.parser.json.BaseJsonLikeWriter;
import ca.uhn.fhir.parser.json.jackson.JacksonWriter;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Writer;

/**
 * Writes the ids of primitive values, which HAPI writes only beside extensions, and never within an extension.
 *
 * <p>A value with an id is given to HAPI as a copy without it whose first extension carries the id, so that HAPI finds
 * something to write. Here that extension becomes the id that it stands for.
 */
final class PrimitiveIdWriter extends JacksonWriter {

    // No text that arrives can begin so: JSON and XML are refused when they contain this character.
    private static final String MARK = "\u0000id:";
    private static final String EXTENSIONS = "extension";
    private static final JsonFactory JSON =
            new JsonMapper().getFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private State state = State.WRITTEN;

    PrimitiveIdWriter(Writer target) throws IOException {
        super(JSON, target);
    }

    /** Returns a copy of a value that says its id in an extension. */
    static PrimitiveType<?> mark(PrimitiveType<?> value) {
        PrimitiveType<?> marked = (PrimitiveType<?>) value.copy();
        marked.setValueAsString(value.getValueAsString());
        marked.setId(null);
        marked.setExtension(null);
        // HAPI complains in the log about an extension without a value.
        marked.addExtension(new Extension(MARK + value.getId()).setValue(new StringType(MARK)));
        value.getExtension().forEach(marked::addExtension);
        return marked;
    }

    @Override
    public BaseJsonLikeWriter beginArray(String name) throws IOException {
        if (name.equals(EXTENSIONS)) {
            state = State.ARRAY_DUE;
            return this;
        }
        return super.beginArray(name);
    }

    @Override
    public BaseJsonLikeWriter beginObject() throws IOException {
        if (state == State.ARRAY_DUE) {
            state = State.OBJECT_DUE;
            return this;
        }
        if (state == State.ID_WRITTEN) {
            state = State.WRITTEN;
            super.beginArray(EXTENSIONS);
        }
        return super.beginObject();
    }

    @Override
    public BaseJsonLikeWriter write(String name, @Nullable String value) throws IOException {
        if (state == State.IN_MARK) {
            return this;
        }
        if (state == State.OBJECT_DUE) {
            if (value != null && value.startsWith(MARK)) {
                state = State.IN_MARK;
                return super.write("id", value.substring(MARK.length()));
            }
            catchUp();
        }
        return super.write(name, value);
    }

    @Override
    public BaseJsonLikeWriter endObject() throws IOException {
        if (state == State.IN_MARK) {
            state = State.ID_WRITTEN;
            return this;
        }
        if (state == State.OBJECT_DUE) {
            catchUp();
        }
        return super.endObject();
    }

    @Override
    public BaseJsonLikeWriter endArray() throws IOException {
        if (state == State.ID_WRITTEN) {
            state = State.WRITTEN;
            return this;
        }
        if (state == State.ARRAY_DUE) {
            state = State.WRITTEN;
            super.beginArray(EXTENSIONS);
        }
        return super.endArray();
    }

    private void catchUp() throws IOException {
        state = State.WRITTEN;
        super.beginArray(EXTENSIONS);
        super.beginObject();
    }

    /** What of the beginning of an array of extensions was held back until its first extension is known. */
    private enum State {
        WRITTEN,
        ARRAY_DUE,
        OBJECT_DUE,
        IN_MARK,
        ID_WRITTEN
    }
}
