package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import health.salus.fhir.StoredJson;
import health.salus.fhir.StoredVersion;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decides which stored resources an export holds, and how each of them reads. */
@Component
class ExportReading {

    private static final Logger LOG = LoggerFactory.getLogger(ExportReading.class);

    private final StoredJson stored;
    private final Searches searches;
    private final Tenants tenants;
    private final List<ExportFilter> filters;
    private final FhirTerser terser;

    ExportReading(
            StoredJson stored,
            Searches searches,
            Tenants tenants,
            ObjectProvider<ExportFilter> filters,
            FhirContext context) {
        this.stored = stored;
        this.searches = searches;
        this.tenants = tenants;
        this.filters = filters.stream().toList();
        this.terser = context.newTerser();
    }

    /** Returns the HAPI partition in which a tenant's resources of a type lie. */
    int partition(TenantId tenant, String type) {
        return tenants.partition(tenant, type);
    }

    /** Returns HAPI's numbers of the resources that the order's searches find, or null if it has none for this type. */
    long @Nullable [] found(TenantId tenant, ExportOrder order, String type) {
        List<String> queries = order.filters().getOrDefault(type, List.of());
        return queries.isEmpty() ? null : searches.find(tenant, type, queries);
    }

    /** Turns rows into lines. */
    ExportLines lines(BulkJob job, ExportOrder order, ExportRows rows, ExportPart part, Iterator<ExportedRow> source) {
        TenantId tenant = job.owner().tenant();
        boolean deleted = part.section() == BulkFile.Section.DELETED;
        boolean limited = order.level() != ExportOrder.Level.SYSTEM && !order.isAssociated(part.type());
        Function<StoredVersion, String> text = order.elements().isEmpty()
                ? version -> stored.of(version, tenant, order.base())
                : version -> stored.of(version, tenant, order.base(), order.elements());
        return new ExportLines(
                source,
                part.afterRow(),
                row -> !(limited && (deleted || row.changed())) || isInRecord(row.version(), order, rows),
                version -> isShown(job.owner(), version),
                deleted ? ExportReading::deletion : text);
    }

    private boolean isInRecord(StoredVersion version, ExportOrder order, ExportRows rows) {
        Set<String> patients = version.type().equals("Patient")
                ? Set.of(version.id())
                : terser.getCompartmentOwnersForResource("Patient", stored.read(version), Set.of()).stream()
                        .map(IIdType::getIdPart)
                        .collect(Collectors.toSet());
        return !patients.isEmpty()
                && (order.level() == ExportOrder.Level.ALL_PATIENTS || rows.isChosen(patients, version.partition()));
    }

    private boolean isShown(JobOwner owner, StoredVersion version) {
        return filters.stream().allMatch(filter -> verdict(filter, owner, version) == ExportFilter.Verdict.SHOW);
    }

    private static ExportFilter.Verdict verdict(ExportFilter filter, JobOwner owner, StoredVersion version) {
        try {
            return filter.judge(owner.tenant(), owner.client(), version);
        } catch (RuntimeException e) {
            LOG.warn(
                    "A filter of exports cannot decide filter={} fault={}",
                    filter.getClass().getSimpleName(),
                    e.getClass().getSimpleName());
            return ExportFilter.Verdict.UNDECIDED;
        }
    }

    /** @see <a href="https://hl7.org/fhir/uv/bulkdata/export.html#response---output-manifest">deleted, in the manifest</a> */
    private static String deletion(StoredVersion version) {
        Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
        bundle.addEntry().getRequest().setMethod(HTTPVerb.DELETE).setUrl(version.type() + "/" + version.id());
        return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(bundle);
    }
}
