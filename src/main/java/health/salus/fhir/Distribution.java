package health.salus.fhir;

import java.util.Arrays;
import java.util.Collection;

/**
 * How numbers are spread. What is not defined for so few of them is {@link Double#NaN}.
 *
 * @param sorted the numbers, the smallest first
 */
record Distribution(double[] sorted) {

    /** Takes numbers in any order. */
    static Distribution of(Collection<? extends Number> numbers) {
        double[] sorted = numbers.stream().mapToDouble(Number::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Distribution(sorted);
    }

    double sum() {
        return Arrays.stream(sorted).sum();
    }

    double mean() {
        return Arrays.stream(sorted).average().orElse(Double.NaN);
    }

    /** Returns the variance of what the numbers are a sample of. */
    double variance() {
        return sorted.length < 2 ? Double.NaN : powers(2) / (sorted.length - 1);
    }

    /** Returns the number below which this part of them lies, between two neighbours in proportion; all is 1. */
    double quantile(double part) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = part * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Returns the standardized moment: the third is the skewness, the fourth the kurtosis, which is 3 for a normal distribution. */
    double moment(int order) {
        double spread = Math.sqrt(powers(2) / sorted.length);
        return spread == 0 ? Double.NaN : powers(order) / sorted.length / Math.pow(spread, order);
    }

    private double powers(int order) {
        double mean = mean();
        return Arrays.stream(sorted)
                .map(number -> Math.pow(number - mean, order))
                .sum();
    }
}
