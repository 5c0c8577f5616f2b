package health.salus.cost;

import health.salus.blob.StorageMeter;
import health.salus.fhir.PatientStorage;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code GET /api/storage/cost}: what the storage of the caller's tenant costs, for its administrators. */
@RestController
@RequestMapping("/api/storage/cost")
@AllowedTo(Role.ADMIN)
class CostApi {

    private static final String CSV = "text/csv;charset=UTF-8";
    private static final int MOST_PATIENTS = 10_000;

    private final StorageMeter meter;
    private final PatientStorage patients;
    private final CostEstimate estimate;

    CostApi(StorageMeter meter, PatientStorage patients, CostEstimate estimate) {
        this.meter = meter;
        this.patients = patients;
        this.estimate = estimate;
    }

    /** Returns a {@link CostReport} as JSON. */
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    CostReport report(@AuthenticationPrincipal SmartPrincipal caller) {
        return report(caller.tenant());
    }

    /** Returns the lines of the report as CSV (RFC 4180), with a header line; no field needs quotes. */
    @GetMapping(produces = CSV)
    String lines(@AuthenticationPrincipal SmartPrincipal caller) {
        CostReport report = report(caller.tenant());
        return csv(
                "tenant,category,storage_class,objects,bytes,stored_bytes,monthly,currency,prices_as_of",
                report.lines().stream()
                        .map(it -> row(report.tenant(), kept(it), report.currency(), report.pricesAsOf())));
    }

    /** Returns what was asked of the store within the last 30 days as CSV, likewise. */
    @GetMapping(path = "/requests", produces = CSV)
    String requests(@AuthenticationPrincipal SmartPrincipal caller) {
        CostReport report = report(caller.tenant());
        return csv(
                "tenant,operation,storage_class,requests,bytes,amount,currency,prices_as_of",
                report.asked().stream()
                        .map(it -> row(
                                report.tenant(),
                                it.operation(),
                                it.storageClass(),
                                it.requests(),
                                it.bytes(),
                                it.amount().toPlainString(),
                                report.currency(),
                                report.pricesAsOf())));
    }

    /**
     * Returns a {@link PatientCostReport} as JSON.
     *
     * @param count how many patients at most, those with the most bytes; 1 to 10 000
     */
    @GetMapping(path = "/patients", produces = MediaType.APPLICATION_JSON_VALUE)
    PatientCostReport patients(
            @AuthenticationPrincipal SmartPrincipal caller, @RequestParam(defaultValue = "100") int count) {
        int most = Math.max(1, Math.min(count, MOST_PATIENTS));
        return estimate.report(caller.tenant(), patients.of(caller.tenant(), most));
    }

    /** Returns the lines of the same report as CSV; the patient is empty for what belongs to none. */
    @GetMapping(path = "/patients", produces = CSV)
    String patientLines(@AuthenticationPrincipal SmartPrincipal caller, @RequestParam(defaultValue = "100") int count) {
        PatientCostReport report = patients(caller, count);
        return csv(
                "tenant,patient,category,storage_class,objects,bytes,stored_bytes,monthly,currency,prices_as_of",
                report.lines().stream()
                        .map(it -> row(
                                report.tenant(),
                                Objects.requireNonNullElse(it.patient(), ""),
                                kept(it.kept()),
                                report.currency(),
                                report.pricesAsOf())));
    }

    private static String kept(CostReport.Line line) {
        return row(
                line.category(),
                line.storageClass(),
                line.objects(),
                line.bytes(),
                line.storedBytes(),
                line.monthly().toPlainString());
    }

    private static String row(Object... fields) {
        return Arrays.stream(fields).map(Object::toString).collect(Collectors.joining(","));
    }

    private static String csv(String header, Stream<String> rows) {
        return Stream.concat(Stream.of(header), rows).collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private CostReport report(TenantId tenant) {
        return estimate.report(tenant, meter.kept(tenant), meter.requests(tenant));
    }
}
