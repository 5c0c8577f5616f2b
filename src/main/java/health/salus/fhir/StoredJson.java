package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.dao.IJpaStorageResourceParser;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.util.IMetaTagSorter;
import health.salus.tenant.TenantId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes stored versions as JSON, each in one line and letter for letter as a read of that version is answered; a
 * {@code Binary} as a search shows it, without its data.
 *
 * <p>What is stored is what is shown but for the id and the {@code meta}, so mostly these two are put in and nothing is read.
 * Whatever else the server changes on the way out, it changes here by the same means.
 */
@Component
public class StoredJson {

    private static final String TYPE = "{\"resourceType\":\"";
    private static final String META = ",\"meta\":";
    private static final String ATTACHMENT = "\"url\":\"Binary/";
    // What lies inside them has ids of its own, or data that lie elsewhere.
    private static final Set<String> APART = Set.of("Binary", "Bundle", "Parameters");
    private static final int MOST_METAS = 2000;

    private final FhirContext context;
    private final IJpaStorageResourceParser parser;
    private final IMetaTagSorter sorter;
    private final AttachmentView view;
    private final Map<String, MetaText> metas = new ConcurrentHashMap<>();

    StoredJson(FhirContext context, IJpaStorageResourceParser parser, IMetaTagSorter sorter, AttachmentView view) {
        this.context = context;
        this.parser = parser;
        this.sorter = sorter;
        this.view = view;
    }

    /**
     * Writes a version whole.
     *
     * @param tenant whose it is
     * @param base   the FHIR base of the tenant without a slash at its end, for the addresses of attachments
     */
    public String of(StoredVersion version, TenantId tenant, String base) {
        return splice(version, base).orElseGet(() -> encode(version, tenant, context.newJsonParser(), base));
    }

    /**
     * Writes some elements of a version, those that FHIR makes mandatory, and a tag that says so.
     *
     * @param elements {@code id}, or {@code Patient.name} for one type only
     * @see <a href="https://hl7.org/fhir/R4/search.html#elements">FHIR R4, _elements</a>
     */
    public String of(StoredVersion version, TenantId tenant, String base, Set<String> elements) {
        IParser some = context.newJsonParser();
        some.setEncodeElements(elements);
        return encode(version, tenant, some, base);
    }

    /** Reads a version as an object, as it is stored: its attachments have relative addresses. */
    public Resource read(StoredVersion version) {
        Class<? extends IBaseResource> type =
                context.getResourceDefinition(version.type()).getImplementingClass();
        return (Resource) parser.toResource(null, type, version.entity(), List.of(), false);
    }

    /**
     * Writes a version whole, if that takes no more than to put in the id and the {@code meta}: none of its attachments is shown
     * in another way than it is stored, and none of its references lies below the base.
     *
     * @param base the FHIR base of the tenant without a slash at its end
     */
    Optional<String> splice(StoredVersion version, String base) {
        String text = version.text();
        String start = TYPE + version.type() + '"';
        if (!text.startsWith(start)
                || APART.contains(version.type())
                || text.startsWith(",\"id\"", start.length())
                || text.startsWith(",\"_id\"", start.length())
                || text.contains(ATTACHMENT)
                || text.contains(BlobReference.EXTENSION)
                // HAPI writes addresses below its own base without it.
                || text.contains(base + "/")) {
            return Optional.empty();
        }
        boolean hasMeta = text.startsWith(META, start.length());
        int rest = hasMeta ? endOfObject(text, start.length() + META.length()) : start.length();
        String stored = hasMeta ? text.substring(start.length() + META.length(), rest) : "{}";
        StringBuilder json = new StringBuilder(text.length() + 200);
        json.append(start).append(",\"id\":\"").append(version.id()).append('"').append(META);
        meta(version, stored).append(json, version.version(), version.updated());
        return Optional.of(json.append(text, rest, text.length()).toString());
    }

    private MetaText meta(StoredVersion version, String stored) {
        String key = stored + '\n' + version.source() + '\n' + version.requestId();
        MetaText known = metas.get(key);
        if (known == null) {
            known = MetaText.of(context, sorter, stored, version.source(), version.requestId());
            // Nothing is gained by keeping those of which there is one each.
            if (metas.size() < MOST_METAS) {
                metas.put(key, known);
            }
        }
        return known;
    }

    private String encode(StoredVersion version, TenantId tenant, IParser writer, String base) {
        Resource resource = read(version);
        try {
            view.show(resource, tenant, base);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writer.setServerBaseUrl(base);
        return writer.encodeResourceToString(resource);
    }

    /** Returns where the object that begins at an opening brace has ended. */
    private static int endOfObject(String text, int opening) {
        int depth = 0;
        boolean inString = false;
        for (int at = opening; at < text.length(); at++) {
            char next = text.charAt(at);
            if (inString) {
                if (next == '\\') {
                    at++;
                } else if (next == '"') {
                    inString = false;
                }
            } else if (next == '"') {
                inString = true;
            } else if (next == '{') {
                depth++;
            } else if (next == '}' && --depth == 0) {
                return at + 1;
            }
        }
        throw new IllegalStateException("A stored resource ends within its meta");
    }
}
