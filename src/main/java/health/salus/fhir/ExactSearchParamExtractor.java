package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.BaseResourceIndexedSearchParam;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamQuantityNormalized;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamString;
import ca.uhn.fhir.jpa.model.entity.StorageSettings;
import ca.uhn.fhir.jpa.searchparam.extractor.ResourceIndexedSearchParamComposite;
import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorR4;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import ca.uhn.fhir.util.StringUtil;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Timing;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Reads from a resource what searches find it by: as HAPI does, but for a schedule without an end, which HAPI indexes as
 * if it ended when it begins. FHIR looks at the outer limits of a Timing only, so the period that it lies in says enough.
 * What cannot be applied to a resource is refused with it, not a fault of the server.
 *
 * <p>Whoever changes what it makes counts up the number in {@code ShippedIndex}, so that what is stored is indexed again.
 *
 * <p>It also reads what the modifiers {@code :identifier} of references and {@code :text} of identifiers look for, and the
 * parts of family names.
 */
@Primary
@Component
class ExactSearchParamExtractor extends SearchParamExtractorR4 {

    private static final String IDENTIFIER = "identifier";

    private final FhirContext context;
    private final ISearchParamRegistry parameters;
    private final PartitionSettings partitions;
    private final StorageSettings storage;

    ExactSearchParamExtractor(
            FhirContext context,
            ISearchParamRegistry parameters,
            PartitionSettings partitions,
            StorageSettings storage) {
        this.context = context;
        this.parameters = parameters;
        this.partitions = partitions;
        this.storage = storage;
    }

    @Override
    public IValueExtractor getPathValueExtractor(IBase resource, String path) {
        IValueExtractor values = super.getPathValueExtractor(resource, path);
        return () -> {
            List<? extends IBase> found = values(values, path);
            return found.stream().noneMatch(Timing.class::isInstance)
                    ? found
                    : found.stream()
                            .<IBase>map(ExactSearchParamExtractor::withOpenEnds)
                            .toList();
        };
    }

    @Override
    public SearchParamSet<BaseResourceIndexedSearchParam> extractSearchParamTokens(
            IBaseResource resource, ISearchParamFilter filter) {
        SearchParamSet<BaseResourceIndexedSearchParam> tokens = super.extractSearchParamTokens(resource, filter);
        String type = context.getResourceType(resource);
        List<RuntimeSearchParam> references =
                parameters.getActiveSearchParams(type, SearchParamLookupContextEnum.INDEX).values().stream()
                        .filter(it -> it.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
                        .toList();
        ContainedTargets.in(resource, references.stream(), path -> values(resource, path), partitions)
                .forEach(tokens::add);
        ReferencedIdentifiers.in(resource, context, references.stream(), path -> values(resource, path), partitions)
                .forEach(tokens::add);
        typeTexts(resource, type).forEach(tokens::add);
        return tokens;
    }

    @Override
    public SearchParamSet<ResourceIndexedSearchParamString> extractSearchParamStrings(
            IBaseResource resource, ISearchParamFilter filter) {
        SearchParamSet<ResourceIndexedSearchParamString> strings = super.extractSearchParamStrings(resource, filter);
        NameParts.in(resource, context, partitions, storage).forEach(strings::add);
        return strings;
    }

    @Override
    public SearchParamSet<ResourceIndexedSearchParamQuantityNormalized> extractSearchParamQuantityNormalized(
            IBaseResource resource, ISearchParamFilter filter) {
        SearchParamSet<ResourceIndexedSearchParamQuantityNormalized> quantities = new SearchParamSet<>();
        String type = context.getResourceType(resource);
        filter
                .filterSearchParams(parameters
                        .getActiveSearchParams(type, SearchParamLookupContextEnum.INDEX)
                        .values())
                .stream()
                .filter(it -> it.getParamType() == RestSearchParameterTypeEnum.QUANTITY)
                .forEach(parameter -> Stream.of(split(parameter.getPath()))
                        .flatMap(path -> values(resource, path.trim()).stream())
                        .flatMap(value -> CanonicalQuantities.of(value, type, parameter, partitions))
                        .forEach(quantities::add));
        return quantities;
    }

    /** Returns nothing: HAPI makes these for Hibernate Search only, and composites are searched in what they consist of. */
    @Override
    public SearchParamSet<ResourceIndexedSearchParamComposite> extractSearchParamComposites(
            IBaseResource resource, ISearchParamFilter filter) {
        return new SearchParamSet<>();
    }

    private List<? extends IBase> values(IBaseResource resource, String path) {
        return values(super.getPathValueExtractor(resource, path), path);
    }

    private static List<? extends IBase> values(IValueExtractor values, String path) {
        try {
            return values.get();
        } catch (FHIRException e) {
            throw new UnindexableException(path, e);
        }
    }

    // The modifier ":text" looks into the text of an identifier's type.
    private Stream<ResourceIndexedSearchParamString> typeTexts(IBaseResource resource, String type) {
        String path = type + "." + IDENTIFIER;
        RuntimeSearchParam identifier =
                parameters.getActiveSearchParam(type, IDENTIFIER, SearchParamLookupContextEnum.INDEX);
        if (identifier == null || !identifier.getPath().equals(path)) {
            return Stream.empty();
        }
        return context.newTerser().getValues(resource, path, Identifier.class).stream()
                .map(it -> it.getType().getText())
                .filter(Objects::nonNull)
                .map(text -> new ResourceIndexedSearchParamString(
                        partitions,
                        storage,
                        type,
                        IDENTIFIER,
                        StringUtil.normalizeStringForSearchIndexing(text),
                        text));
    }

    private static IBase withOpenEnds(IBase value) {
        if (!(value instanceof Timing timing) || !timing.getRepeat().hasBoundsPeriod() || timing.hasEvent()) {
            return value;
        }
        Period bounds = timing.getRepeat().getBoundsPeriod();
        return bounds.hasStart() && bounds.hasEnd() ? value : bounds;
    }
}
