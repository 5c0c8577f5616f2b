package health.salus.smart;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import org.springframework.stereotype.Component;

import java.io.IOException;

/** Refuses JSON whose texts have a character in them that the database cannot keep: it is a mistake of the client, 400. */
@Component
class TextModule extends SimpleModule {

    TextModule() {
        addDeserializer(String.class, new Texts());
    }

    private static final class Texts extends StringDeserializer {

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = super.deserialize(parser, context);
            if (text != null && text.indexOf(0) >= 0) {
                throw context.weirdStringException("", String.class, "a text has no character with the number 0");
            }
            return text;
        }
    }
}
