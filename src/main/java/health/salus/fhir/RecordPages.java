package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows a record page by page. A link to the next page says where it goes on and nothing about who may see it: whoever
 * follows it is judged anew.
 */
@Component
class RecordPages {

    private final RecordRows rows;
    private final MatchLoading loading;
    private final Tenants tenants;
    private final FhirSettings settings;

    RecordPages(RecordRows rows, MatchLoading loading, Tenants tenants, FhirSettings settings) {
        this.rows = rows;
        this.loading = loading;
        this.tenants = tenants;
        this.settings = settings;
    }

    /**
     * Returns a page of a record. Where it ends, and whether there is a next one, is told by what the caller may see and by
     * nothing else.
     *
     * @param record whose record is meant
     * @param count  how many resources a page has, or null for the usual number
     * @param after  the reference of the last resource of the page before, or null for the first page; 400 for other text
     */
    Bundle page(
            RecordRows.Subjects record,
            @Nullable Integer count,
            @Nullable String after,
            ServletRequestDetails request) {
        int size = Math.max(1, Math.min(count == null ? settings.pageSize() : count, settings.maxPageSize()));
        List<IBaseResource> seen = seen(record, after == null ? null : place(after), size + 1, request);
        List<IBaseResource> shown = seen.subList(0, Math.min(size, seen.size()));
        Bundle page = new Bundle().setType(BundleType.SEARCHSET);
        page.addLink().setRelation("self").setUrl(link(record, size, after, request));
        if (seen.size() > size) {
            page.addLink().setRelation("next").setUrl(link(record, size, reference(shown.get(size - 1)), request));
        }
        shown.forEach(resource -> add(page, (Resource) resource, record.type(), request.getFhirServerBase()));
        return page;
    }

    /** Goes on until it has so many resources that the caller may see, or the record ends. */
    private List<IBaseResource> seen(
            RecordRows.Subjects record, RecordRows.@Nullable Place after, int wanted, ServletRequestDetails request) {
        int partition =
                tenants.require(TenantId.orDefault(request.getTenantId())).partition();
        List<IBaseResource> seen = new ArrayList<>();
        RecordRows.Place place = after;
        // Twice as many each time: little is read too much, and a caller who may see little need not wait long.
        for (int most = wanted; seen.size() < wanted; most *= 2) {
            List<RecordRows.Row> found = rows.find(partition, record, place, most);
            seen.addAll(load(record, found, partition, request));
            if (found.size() < most) {
                break;
            }
            place = found.get(found.size() - 1).place();
        }
        return seen;
    }

    private List<IBaseResource> load(
            RecordRows.Subjects record, List<RecordRows.Row> found, int partition, ServletRequestDetails request) {
        List<JpaPid> keys = found.stream().map(RecordRows.Row::key).toList();
        return keys.isEmpty()
                ? List.of()
                : loading.load(record.type(), keys, request, RequestPartitionId.fromPartitionId(partition));
    }

    private static RecordRows.Place place(String after) {
        return RecordRows.Place.of(after)
                .orElseThrow(() ->
                        new InvalidRequestException("The parameter 'after' takes what a link to a next page has"));
    }

    private static void add(Bundle page, Resource resource, String type, String base) {
        page.addEntry()
                .setFullUrl(base + "/" + reference(resource))
                .setResource(resource)
                .getSearch()
                .setMode(resource.fhirType().equals(type) ? SearchEntryMode.MATCH : SearchEntryMode.INCLUDE);
    }

    private static String reference(IBaseResource resource) {
        return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    }

    private static String link(
            RecordRows.Subjects record, int count, @Nullable String after, ServletRequestDetails request) {
        return request.getFhirServerBase() + "/" + record.type() + "/" + record.id() + "/$everything?_count=" + count
                + (after == null ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
    }
}
