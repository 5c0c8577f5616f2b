package health.salus.cost;

import java.math.BigDecimal;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;

/**
 * What the storage of one tenant costs in a month, estimated.
 *
 * @param tenant       its id
 * @param currency     ISO 4217, of all amounts
 * @param region       where the prices hold
 * @param pricesAsOf   when they were read
 * @param priceSource  where
 * @param lines        what is kept, by category and storage class
 * @param asked        what was asked of the store within the last 30 days
 * @param storage      amount for keeping it for a month
 * @param requests     amount for what was asked of the store within the last 30 days
 * @param monthly      the sum of the two
 * @param savings      what a month would cost more without each measure
 * @param forecast     a month's cost in the future, if as much is added each month as within the last 30 days
 * @param note         what the figures leave out
 */
record CostReport(
        String tenant,
        String currency,
        String region,
        LocalDate pricesAsOf,
        URI priceSource,
        List<Line> lines,
        List<Asked> asked,
        BigDecimal storage,
        BigDecimal requests,
        BigDecimal monthly,
        Savings savings,
        List<Forecast> forecast,
        String note) {

    /** What is kept of one kind; {@code monthly} is for keeping it, not for reading it. */
    record Line(String category, String storageClass, long objects, long bytes, long storedBytes, BigDecimal monthly) {}

    /** What was asked of one class: READ or WRITE, how often, for how many bytes; reading may cost by the byte. */
    record Asked(String operation, String storageClass, long requests, long bytes, BigDecimal amount) {}

    /** Amounts a month: text that is compressed, equal files that are kept once, classes below STANDARD. */
    record Savings(BigDecimal compression, BigDecimal sharing, BigDecimal storageClasses) {}

    /** What a month will cost so many months from now. */
    record Forecast(int months, BigDecimal monthly) {}
}
