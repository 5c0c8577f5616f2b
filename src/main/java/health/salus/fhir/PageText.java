package health.salus.fhir;

import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** Writes a page of results that has {@link SplicedResource}s among its entries, as HAPI would if it had their elements. */
final class PageText {

    private PageText() {}

    static boolean isNeededFor(Bundle page) {
        return page.getEntry().stream()
                .anyMatch(entry -> entry.hasResource()
                        && SplicedResource.json(entry.getResource()).isPresent());
    }

    /** @param parser writes what is not spliced */
    static void write(Bundle page, IParser parser, Writer target) throws IOException {
        List<BundleEntryComponent> entries = page.getEntry();
        page.setEntry(null);
        String frame = parser.encodeResourceToString(page);
        page.setEntry(entries);
        target.append(frame, 0, frame.length() - 1).append(",\"entry\":");
        char before = '[';
        for (BundleEntryComponent entry : entries) {
            target.append(before);
            write(entry, parser, target);
            before = ',';
        }
        target.append("]}");
    }

    private static void write(BundleEntryComponent entry, IParser parser, Writer target) throws IOException {
        if (entry.hasLink()
                || entry.hasRequest()
                || entry.hasResponse()
                || entry.getSearch().hasScore()) {
            throw new IllegalStateException("An entry of a page says more than it is written with");
        }
        target.append("{\"fullUrl\":\"")
                .append(String.valueOf(JsonStringEncoder.getInstance().quoteAsString(entry.getFullUrl())))
                .append("\",\"resource\":")
                .append(parser.encodeResourceToString(entry.getResource()));
        if (entry.getSearch().hasMode()) {
            target.append(",\"search\":{\"mode\":\"")
                    .append(entry.getSearch().getMode().toCode())
                    .append("\"}");
        }
        target.append('}');
    }
}
