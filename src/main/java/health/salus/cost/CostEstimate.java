package health.salus.cost;

import health.salus.blob.RequestUse;
import health.salus.blob.StorageUse;
import health.salus.cost.CostReport.Asked;
import health.salus.cost.CostReport.Forecast;
import health.salus.cost.CostReport.Line;
import health.salus.cost.CostReport.Savings;
import health.salus.cost.PriceList.ClassPrice;
import health.salus.fhir.PatientStorage.PatientUse;
import health.salus.tenant.TenantId;
import org.springframework.stereotype.Component;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Multiplies what a tenant keeps and asks for with the prices. */
@Component
class CostEstimate {

    private static final BigDecimal GIGABYTE = BigDecimal.valueOf(1L << 30);
    private static final String NOTE =
            "Estimate from list prices: without discounts, taxes, volume steps, traffic to the "
                    + "internet, key service and noncurrent versions; INTELLIGENT_TIERING at the price of its dearest tier.";

    private final PriceList prices;

    CostEstimate(PriceList prices) {
        this.prices = prices;
    }

    CostReport report(TenantId tenant, List<StorageUse> kept, List<RequestUse> asked) {
        BigDecimal storage = sum(kept, this::keeping);
        BigDecimal requests = sum(asked, this::asking);
        return new CostReport(
                tenant.value(),
                prices.currency(),
                prices.region(),
                prices.asOf(),
                prices.source(),
                kept.stream().map(this::line).toList(),
                asked.stream().map(this::line).toList(),
                money(storage),
                money(requests),
                money(storage.add(requests)),
                savings(kept),
                forecast(kept, storage.add(requests)),
                NOTE);
    }

    PatientCostReport report(TenantId tenant, List<PatientUse> uses) {
        return new PatientCostReport(
                tenant.value(),
                prices.currency(),
                prices.region(),
                prices.asOf(),
                prices.source(),
                uses.stream()
                        .map(it -> new PatientCostReport.Line(it.patient().orElse(null), line(it.use())))
                        .toList(),
                NOTE + " Only for keeping; what several patients share counts with each of them.");
    }

    private Asked line(RequestUse use) {
        return new Asked(use.operation(), use.storageClass(), use.requests(), use.bytes(), money(asking(use)));
    }

    private Line line(StorageUse use) {
        return new Line(
                use.category(), use.storageClass(), use.objects(), use.bytes(), use.storedBytes(), money(keeping(use)));
    }

    private BigDecimal keeping(StorageUse use) {
        ClassPrice price = prices.of(use.storageClass());
        return gigabytes(use.storedBytes())
                .multiply(price.gigabyteMonth())
                .add(price.objectMonth().multiply(BigDecimal.valueOf(use.objects())));
    }

    private BigDecimal asking(RequestUse use) {
        ClassPrice price = prices.of(use.storageClass());
        BigDecimal requests = BigDecimal.valueOf(use.requests());
        return use.operation().equals("READ")
                ? requests.multiply(price.read()).add(gigabytes(use.bytes()).multiply(price.retrievedGigabyte()))
                : requests.multiply(price.write());
    }

    private Savings savings(List<StorageUse> kept) {
        return new Savings(
                money(sum(
                        kept,
                        it -> gigabytes(it.bytes() - it.storedBytes())
                                .multiply(prices.of(it.storageClass()).gigabyteMonth()))),
                money(sum(
                        kept,
                        it -> gigabytes(it.sharedBytes())
                                .multiply(prices.of(it.storageClass()).gigabyteMonth()))),
                money(sum(
                        kept,
                        it -> gigabytes(it.storedBytes())
                                .multiply(prices.standard().gigabyteMonth())
                                .subtract(keeping(it)))));
    }

    private List<Forecast> forecast(List<StorageUse> kept, BigDecimal now) {
        BigDecimal growth = sum(
                kept,
                it -> gigabytes(it.newBytes())
                        .multiply(prices.of(it.storageClass()).gigabyteMonth()));
        return Stream.of(3, 6, 12)
                .map(months -> new Forecast(months, money(now.add(growth.multiply(BigDecimal.valueOf(months))))))
                .toList();
    }

    private static <T> BigDecimal sum(List<T> all, Function<T, BigDecimal> amount) {
        return all.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal gigabytes(long bytes) {
        return BigDecimal.valueOf(bytes).divide(GIGABYTE, MathContext.DECIMAL64);
    }

    /** To a hundredth of a cent: a small practice pays cents. */
    private static BigDecimal money(BigDecimal amount) {
        return amount.setScale(4, RoundingMode.HALF_UP);
    }
}
