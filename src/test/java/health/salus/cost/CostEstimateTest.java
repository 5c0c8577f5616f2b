package health.salus.cost;

import health.salus.blob.RequestUse;
import health.salus.blob.StorageUse;
import health.salus.cost.CostReport.Forecast;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Use times price, by hand. */
class CostEstimateTest {

    private static final TenantId NORTH = new TenantId("north");
    private static final long GIGABYTE = 1L << 30;

    @TempDir
    private Path directory;

    private final PriceList inTheJar = PriceList.load(new CostSettings(null));

    @Test
    void priceListInTheJarSaysWhereAndWhenItWasRead() {
        assertThat(inTheJar.region()).isEqualTo("us-east-1");
        assertThat(inTheJar.currency()).isEqualTo("USD");
        assertThat(inTheJar.source()).hasHost("aws.amazon.com");
        assertThat(inTheJar.classes()).containsKeys("STANDARD", "INTELLIGENT_TIERING", "GLACIER_IR", "DEEP_ARCHIVE");
    }

    @Test
    void keepingIsPaidByGigabyteAndClass() {
        CostReport report = report(
                List.of(
                        new StorageUse("document", "STANDARD", 10, 100 * GIGABYTE, 100 * GIGABYTE, 0, 0),
                        new StorageUse("image", "GLACIER_IR", 10, 100 * GIGABYTE, 100 * GIGABYTE, 0, 0)),
                List.of());

        assertThat(report.lines())
                .extracting(it -> it.monthly().toPlainString())
                .containsExactly("2.3000", "0.4000");
        assertThat(report.storage()).isEqualByComparingTo("2.7");
        assertThat(report.savings().storageClasses()).isEqualByComparingTo("1.9");
    }

    @Test
    void watchedObjectsArePaidOneByOne() {
        CostReport report =
                report(List.of(new StorageUse("image", "INTELLIGENT_TIERING", 1_000_000, 0, 0, 0, 0)), List.of());

        assertThat(report.storage()).isEqualByComparingTo("2.5");
    }

    @Test
    void requestsAndRetrievalsArePaid() {
        CostReport report = report(
                List.of(),
                List.of(
                        new RequestUse("WRITE", "STANDARD", 1_000_000, GIGABYTE),
                        new RequestUse("READ", "GLACIER_IR", 100_000, 10 * GIGABYTE)));

        assertThat(report.asked())
                .extracting(it -> it.operation() + " " + it.amount().toPlainString())
                .containsExactly("WRITE 5.0000", "READ 1.3000");
        assertThat(report.requests()).isEqualByComparingTo(new BigDecimal("5.0").add(new BigDecimal("1.3")));
        assertThat(report.monthly()).isEqualByComparingTo(report.requests());
    }

    @Test
    void savingsAreWhatCompressionAndSharingLeaveOut() {
        CostReport report = report(
                List.of(new StorageUse("text", "STANDARD", 1, 100 * GIGABYTE, 10 * GIGABYTE, 20 * GIGABYTE, 0)),
                List.of());

        assertThat(report.storage()).isEqualByComparingTo("0.23");
        assertThat(report.savings().compression()).isEqualByComparingTo("2.07");
        assertThat(report.savings().sharing()).isEqualByComparingTo("0.46");
        assertThat(report.savings().storageClasses()).isEqualByComparingTo("0");
    }

    @Test
    void forecastAddsEachMonthWhatTheLastOneHasAdded() {
        CostReport report = report(
                List.of(new StorageUse("image", "STANDARD", 1, 100 * GIGABYTE, 100 * GIGABYTE, 0, 10 * GIGABYTE)),
                List.of());

        assertThat(report.forecast())
                .containsExactly(
                        new Forecast(3, new BigDecimal("2.9900")),
                        new Forecast(6, new BigDecimal("3.6800")),
                        new Forecast(12, new BigDecimal("5.0600")));
    }

    @Test
    void classWithoutAPriceCountsAsStandard() {
        CostReport report =
                report(List.of(new StorageUse("image", "EXPRESS_ONEZONE", 1, GIGABYTE, GIGABYTE, 0, 0)), List.of());

        assertThat(report.storage()).isEqualByComparingTo("0.023");
    }

    @Test
    void pricesOfAFileReplaceThoseInTheJar() throws Exception {
        Path file = Files.writeString(directory.resolve("prices.json"), """
                {"region": "rack 4", "currency": "EUR", "asOf": "2026-01-01", "source": "https://intranet.example.org",
                 "classes": {"STANDARD": {"gigabyteMonth": 1, "write": 0, "read": 0, "retrievedGigabyte": 0, "objectMonth": 0}}}
                """);

        CostReport report = new CostEstimate(PriceList.load(new CostSettings(file)))
                .report(NORTH, List.of(new StorageUse("image", "STANDARD", 1, GIGABYTE, GIGABYTE, 0, 0)), List.of());

        assertThat(report.currency()).isEqualTo("EUR");
        assertThat(report.storage()).isEqualByComparingTo("1");
    }

    @Test
    void fileThatIsNoPriceListStopsTheStart() throws Exception {
        Path halfFilled = Files.writeString(
                directory.resolve("prices.json"), "{\"region\": \"x\", \"classes\": {\"STANDARD\": {}}}");

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> PriceList.load(new CostSettings(halfFilled)))
                .withMessageContaining("salus.cost.prices");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> PriceList.load(new CostSettings(directory.resolve("none.json"))));
    }

    private CostReport report(List<StorageUse> kept, List<RequestUse> asked) {
        return new CostEstimate(inTheJar).report(NORTH, kept, asked);
    }
}
