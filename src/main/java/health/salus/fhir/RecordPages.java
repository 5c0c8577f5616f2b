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
import java.util.List;
import java.util.Objects;

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
     * Returns a page of a record. It has fewer resources than asked for, or none, where the caller may not see them or they
     * are not of the wanted kind; only the last has no link to a next one.
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
        RecordRows.Row place = RecordRows.Row.place(after);
        if (after != null && place == null) {
            throw new InvalidRequestException("The parameter 'after' takes what a link to a next page has");
        }
        int partition = tenants.require(TenantId.orDefault(request.getTenantId())).partition();
        List<RecordRows.Row> found = rows.find(partition, record, place, size + 1);
        List<RecordRows.Row> shown = found.subList(0, Math.min(size, found.size()));
        Bundle page = new Bundle().setType(BundleType.SEARCHSET);
        page.addLink().setRelation("self").setUrl(link(record, size, after, request));
        if (found.size() > size) {
            page.addLink()
                    .setRelation("next")
                    .setUrl(link(record, size, shown.get(size - 1).reference(), request));
        }
        load(record, shown, partition, request)
                .forEach(resource -> add(page, (Resource) resource, record.type(), request.getFhirServerBase()));
        return page;
    }

    private List<IBaseResource> load(
            RecordRows.Subjects record, List<RecordRows.Row> shown, int partition, ServletRequestDetails request) {
        List<JpaPid> keys =
                shown.stream().map(RecordRows.Row::key).filter(Objects::nonNull).toList();
        return keys.isEmpty()
                ? List.of()
                : loading.load(record.type(), keys, request, RequestPartitionId.fromPartitionId(partition));
    }

    private static void add(Bundle page, Resource resource, String type, String base) {
        String reference = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
        page.addEntry()
                .setFullUrl(base + "/" + reference)
                .setResource(resource)
                .getSearch()
                .setMode(resource.fhirType().equals(type) ? SearchEntryMode.MATCH : SearchEntryMode.INCLUDE);
    }

    private static String link(
            RecordRows.Subjects record, int count, @Nullable String after, ServletRequestDetails request) {
        return request.getFhirServerBase() + "/" + record.type() + "/" + record.id() + "/$everything?_count=" + count
                + (after == null ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
    }
}
