package health.salus.appstate;

import org.hl7.fhir.r4.model.Coding;
import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * What an app searches for: always one code, and one subject or none.
 *
 * @param subject as {@code Patient/17}, or null for what is for everybody
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-state.html#querying-app-state">SMART App Launch 2.2, querying
 *     app state</a>
 */
record AppStateQuery(@Nullable String subject, Coding coding) {

    private static final String CODE = "code";
    private static final String SUBJECT = "subject";
    private static final String NO_SUBJECT = "subject:missing";
    private static final String FORMAT = "_format";
    private static final Set<String> NAMES = Set.of(CODE, SUBJECT, NO_SUBJECT, FORMAT);

    /** Reads the parameters of a search, or refuses them with 400. */
    static AppStateQuery of(Map<String, String[]> parameters, String fhirBase) {
        boolean plain = NAMES.containsAll(parameters.keySet())
                && parameters.values().stream().allMatch(values -> values.length == 1)
                && parameters.containsKey(CODE)
                && parameters.containsKey(SUBJECT) != parameters.containsKey(NO_SUBJECT);
        boolean asksForEverybody = parameters.containsKey(NO_SUBJECT);
        if (!plain || (asksForEverybody && !"true".equals(first(parameters, NO_SUBJECT)))) {
            throw AppStateRefusal.badRequest("Search with code=system|code and either subject=<absolute address> or"
                    + " subject:missing=true, each once, and nothing else");
        }
        return new AppStateQuery(
                asksForEverybody ? null : AppStateBody.subject(first(parameters, SUBJECT), fhirBase),
                AppStateBody.coding(first(parameters, CODE)));
    }

    /** Returns it as it stands behind the question mark. */
    String text(String fhirBase) {
        return CODE + "=" + encode(coding.getSystem() + "|" + coding.getCode()) + "&"
                + (subject == null ? NO_SUBJECT + "=true" : SUBJECT + "=" + encode(fhirBase + "/" + subject));
    }

    private static String first(Map<String, String[]> parameters, String name) {
        String[] values = parameters.get(name);
        return values == null ? "" : values[0];
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
