package health.salus.cost;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.LocalDate;
import java.util.List;

/**
 * What it costs in a month to keep the files of single patients, estimated. Patients are named by the ids of their resources
 * and by nothing else.
 *
 * @param tenant      its id
 * @param currency    ISO 4217, of all amounts
 * @param region      where the prices hold
 * @param pricesAsOf  when they were read
 * @param priceSource where
 * @param lines       by patient, category and storage class, the patients with the most bytes first
 * @param note        what the figures leave out
 */
record PatientCostReport(
        String tenant,
        String currency,
        String region,
        LocalDate pricesAsOf,
        URI priceSource,
        List<Line> lines,
        String note) {

    /** What is kept of one kind for a patient, or with null for none. */
    record Line(@Nullable String patient, @JsonUnwrapped CostReport.Line kept) {}
}
