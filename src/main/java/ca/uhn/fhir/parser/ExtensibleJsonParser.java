package ca.uhn.fhir.parser;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.json.BaseJsonLikeWriter;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * HAPI's JSON parser, with three places where what it writes can be corrected. It lies in HAPI's package because the methods
 * that it overrides name a type that is only known there.
 */
public abstract class ExtensibleJsonParser extends JsonParser {

    protected ExtensibleJsonParser(FhirContext context, IParserErrorHandler onError) {
        super(context, onError);
    }

    /** Returns the values to write of one child of an element, in the place of those that it has. */
    protected abstract List<? extends IBase> toWrite(List<? extends IBase> values);

    /** Writes a whole resource, if its JSON is known without looking at its elements; tells whether it did. */
    protected abstract boolean writeKnown(IBaseResource resource, Writer target) throws IOException;

    /** Returns what writes one resource to a target. */
    protected abstract BaseJsonLikeWriter writerTo(Writer target) throws IOException;

    @Override
    protected final List<? extends IBase> preProcessValues(
            BaseRuntimeChildDefinition child,
            IBaseResource resource,
            List<? extends IBase> values,
            CompositeChildElement element,
            EncodeContext encoding) {
        return toWrite(super.preProcessValues(child, resource, values, element, encoding));
    }

    @Override
    protected final void doEncodeResourceToWriter(IBaseResource resource, Writer target, EncodeContext encoding)
            throws IOException {
        if (writeKnown(resource, target)) {
            return;
        }
        BaseJsonLikeWriter json = writerTo(target);
        doEncodeResourceToJsonLikeWriter(resource, json, encoding);
        json.close();
    }
}
