package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.ExtensibleJsonParser;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.IParserErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeWriter;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;
import org.jspecify.annotations.Nullable;
import org.springframework.util.CollectionUtils;

import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes JSON as HAPI does, and with it what HAPI 8.8.0 leaves out or changes: the id of a primitive value that has no
 * extension or lies in an extension (https://hl7.org/fhir/R4/json.html#primitive), and of narratives the empty attributes
 * and the comments.
 *
 * <p>A resource that was stored as it is to be written ({@link StoredAnswer}, {@link SplicedResource}), or whose
 * text nobody keeps ({@link UnfinishedText}), is not written element by element.
 */
final class ExactJsonParser extends ExtensibleJsonParser {

    private boolean isPretty;
    private boolean isPartial;

    ExactJsonParser(FhirContext context, IParserErrorHandler onError) {
        super(context, onError);
    }

    @Override
    public IParser setPrettyPrint(boolean pretty) {
        isPretty = pretty;
        return super.setPrettyPrint(pretty);
    }

    @Override
    public IParser setEncodeElements(@Nullable Set<String> elements) {
        isPartial = true;
        return super.setEncodeElements(elements);
    }

    @Override
    public IParser setDontEncodeElements(@Nullable Collection<String> elements) {
        isPartial = true;
        return super.setDontEncodeElements(elements);
    }

    @Override
    protected boolean writeKnown(IBaseResource resource, Writer target) throws IOException {
        if (resource instanceof Bundle page && PageText.isNeededFor(page)) {
            requirePlain();
            PageText.write(page, this, target);
            return true;
        }
        Optional<String> known = known(resource);
        if (known.isPresent()) {
            target.write(known.get());
        }
        return known.isPresent();
    }

    private Optional<String> known(IBaseResource resource) {
        if (UnfinishedText.isDue(resource)) {
            return Optional.of(UnfinishedText.JSON);
        }
        Optional<String> spliced = SplicedResource.json(resource);
        if (spliced.isPresent()) {
            requirePlain();
            return spliced;
        }
        String base = getServerBaseUrl();
        return base != null && isPlain() ? StoredAnswer.of(resource, base) : Optional.empty();
    }

    // Not seen to be so by SplicedMatches, a page would be shown without what is in its resources.
    private void requirePlain() {
        if (!isPlain()) {
            throw new IllegalStateException("Elements are asked for that nobody has read");
        }
    }

    /** Tells whether each element is written, as a parser does that nobody has told otherwise. */
    boolean isPlain() {
        return !isPretty
                && !isPartial
                && !isSummaryMode()
                && !isSuppressNarratives()
                && !isOmitResourceId()
                && getEncodeForceResourceId() == null
                && getStripVersionsFromReferences() == null
                && CollectionUtils.isEmpty(getDontStripVersionsFromReferencesAtPaths());
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
