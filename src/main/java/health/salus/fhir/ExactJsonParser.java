package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.ExtensibleJsonParser;
import ca.uhn.fhir.parser.IParserErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeWriter;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes JSON as HAPI does, and with it what HAPI 8.8.0 leaves out or changes: the id of a primitive value that has no
 * extension or lies in an extension (https://hl7.org/fhir/R4/json.html#primitive), and of narratives the empty attributes
 * and the comments.
 */
final class ExactJsonParser extends ExtensibleJsonParser {

    ExactJsonParser(FhirContext context, IParserErrorHandler onError) {
        super(context, onError);
    }

    @Override
    protected List<? extends IBase> toWrite(List<? extends IBase> values) {
        for (IBase value : values) {
            if (value instanceof XhtmlNode || (value instanceof PrimitiveType<?> primitive && primitive.hasId())) {
                return values.stream().map(ExactJsonParser::kept).toList();
            }
        }
        return values;
    }

    @Override
    protected BaseJsonLikeWriter writerTo(Writer target) throws IOException {
        return new PrimitiveIdWriter(target);
    }

    private static IBase kept(IBase value) {
        if (value instanceof PrimitiveType<?> primitive && primitive.hasId()) {
            return PrimitiveIdWriter.mark(primitive);
        }
        return value instanceof XhtmlNode narrative ? new Narration(narrative) : value;
    }
}
