package health.salus.cost;

import health.salus.blob.StorageMeter;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code GET /api/storage/cost}: what the storage of the caller's tenant costs, for its administrators. */
@RestController
@RequestMapping("/api/storage/cost")
@AllowedTo(Role.ADMIN)
class CostApi {

    private static final String CSV = "text/csv;charset=UTF-8";

    private final StorageMeter meter;
    private final CostEstimate estimate;

    CostApi(StorageMeter meter, CostEstimate estimate) {
        this.meter = meter;
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
        Stream<String> header =
                Stream.of("tenant,category,storage_class,objects,bytes,stored_bytes,monthly,currency,prices_as_of");
        Stream<String> lines = report.lines().stream()
                .map(it -> Stream.of(
                                report.tenant(),
                                it.category(),
                                it.storageClass(),
                                it.objects(),
                                it.bytes(),
                                it.storedBytes(),
                                it.monthly().toPlainString(),
                                report.currency(),
                                report.pricesAsOf())
                        .map(Object::toString)
                        .collect(Collectors.joining(",")));
        return Stream.concat(header, lines).collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private CostReport report(TenantId tenant) {
        return estimate.report(tenant, meter.kept(tenant), meter.requests(tenant));
    }
}
