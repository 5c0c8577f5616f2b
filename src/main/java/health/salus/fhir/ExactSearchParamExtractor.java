package health.salus.fhir;

import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorR4;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Timing;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * Reads from a resource what searches find it by: as HAPI does, but for a schedule without an end, which HAPI indexes as
 * if it ended when it begins. FHIR looks at the outer limits of a Timing only, so the period that it lies in says enough.
 * What cannot be applied to a resource is refused with it, not a fault of the server.
 */
@Primary
@Component
class ExactSearchParamExtractor extends SearchParamExtractorR4 {

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

    private static List<? extends IBase> values(IValueExtractor values, String path) {
        try {
            return values.get();
        } catch (FHIRException e) {
            throw new UnindexableException(path, e);
        }
    }

    private static IBase withOpenEnds(IBase value) {
        if (!(value instanceof Timing timing) || !timing.getRepeat().hasBoundsPeriod() || timing.hasEvent()) {
            return value;
        }
        Period bounds = timing.getRepeat().getBoundsPeriod();
        return bounds.hasStart() && bounds.hasEnd() ? value : bounds;
    }
}
