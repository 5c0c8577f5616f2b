package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.jpa.config.r4.FhirContextR4Config;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.IParserErrorHandler;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.util.FhirTerser;

/**
 * FHIR R4 as HAPI knows it, with {@link ExactJsonParser} for what is read and written as JSON and {@link QuickTerser} for what is
 * looked for in resources.
 */
final class ExactFhirContext extends FhirContext {

    private final FhirTerser terser = new QuickTerser(this);

    // HAPI's own field is private, and its constructor calls nothing that would need this one.
    private volatile IParserErrorHandler onError = new LenientErrorHandler();

    ExactFhirContext() {
        super(FhirVersionEnum.R4);
        FhirContextR4Config.configureFhirContext(this);
    }

    @Override
    public FhirContext setParserErrorHandler(IParserErrorHandler handler) {
        onError = handler;
        return super.setParserErrorHandler(handler);
    }

    @Override
    public IParser newJsonParser() {
        return new ExactJsonParser(this, onError);
    }

    @Override
    public FhirTerser newTerser() {
        return terser;
    }
}
