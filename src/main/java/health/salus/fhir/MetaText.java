package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.util.IMetaTagSorter;
import ca.uhn.fhir.util.MetaUtil;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Meta;
import org.jspecify.annotations.Nullable;

import java.util.Date;

/**
 * The {@code meta} of a resource as HAPI would write it, with two gaps. Many resources have the same but for version and time,
 * so HAPI is asked once for all of them.
 *
 * @param beforeVersion from the brace to the version
 * @param beforeUpdated from the version to the time
 * @param end           from the time to the brace
 */
record MetaText(String beforeVersion, String beforeUpdated, String end) {

    private static final String VERSION = "-salus-version-";
    private static final Date UPDATED = new Date(0);

    /**
     * Asks HAPI.
     *
     * @param stored the object as it is stored, {@code {"profile":["…"]}}
     */
    static MetaText of(
            FhirContext context,
            IMetaTagSorter sorter,
            String stored,
            @Nullable String source,
            @Nullable String requestId) {
        Basic sample = context.newJsonParser()
                .setParserErrorHandler(new LenientErrorHandler(false))
                .parseResource(Basic.class, "{\"resourceType\":\"Basic\",\"meta\":" + stored + "}");
        sample.getMeta().setVersionId(VERSION).setLastUpdated(UPDATED);
        MetaUtil.populateResourceSource(context, source, requestId, sample);
        sorter.sort(sample.getMeta());
        String text = context.newJsonParser().encodeResourceToString(sample);
        String meta = text.substring(text.indexOf("\"meta\":") + "\"meta\":".length(), text.length() - 1);
        int version = meta.indexOf(VERSION);
        int updated = meta.indexOf(time(UPDATED));
        return new MetaText(
                meta.substring(0, version),
                meta.substring(version + VERSION.length(), updated),
                meta.substring(updated + time(UPDATED).length()));
    }

    void append(StringBuilder json, long version, Date updated) {
        json.append(beforeVersion)
                .append(version)
                .append(beforeUpdated)
                .append(time(updated))
                .append(end);
    }

    // As the model has it: FHIR leaves the time zone open, and HAPI has made its choice.
    private static String time(Date time) {
        return new Meta().setLastUpdated(time).getLastUpdatedElement().getValueAsString();
    }
}
