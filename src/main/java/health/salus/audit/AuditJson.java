package health.salus.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import health.salus.tenant.TenantId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Entries as text. The text is what is hashed and kept, so it is written once and never again from the object. */
final class AuditJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule()
                    .addSerializer(TenantId.class, new TenantWriter())
                    .addDeserializer(TenantId.class, new TenantReader()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private AuditJson() {}

    /** Writes an entry as one line of JSON. */
    static String write(AuditEntry entry) {
        try {
            // Half a surrogate pair has no UTF-8; here it becomes a question mark, as it would on the way to the
            // database.
            return new String(MAPPER.writeValueAsBytes(entry), StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads an entry; throws {@link JsonProcessingException} if somebody has changed the text so that it is none. */
    static AuditEntry read(String content) throws JsonProcessingException {
        return MAPPER.readValue(content, AuditEntry.class);
    }

    private static final class TenantWriter extends StdScalarSerializer<TenantId> {

        TenantWriter() {
            super(TenantId.class);
        }

        @Override
        public void serialize(TenantId tenant, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(tenant.value());
        }
    }

    private static final class TenantReader extends StdScalarDeserializer<TenantId> {

        TenantReader() {
            super(TenantId.class);
        }

        @Override
        public TenantId deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return new TenantId(json.getText());
        }
    }
}
