package health.salus.cost;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;

/**
 * What a store charges, as somebody read it off on a certain day.
 *
 * @param region   where the prices hold
 * @param currency ISO 4217
 * @param asOf     when they were read
 * @param source   where
 * @param classes  by storage class, in the words of S3; has {@code STANDARD}
 */
record PriceList(String region, String currency, LocalDate asOf, URI source, Map<String, ClassPrice> classes) {

    private static final String STANDARD = "STANDARD";
    private static final JsonMapper JSON = JsonMapper.builder()
            .findAndAddModules()
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    PriceList {
        classes = Map.copyOf(classes);
        if (!classes.containsKey(STANDARD)) {
            throw new IllegalArgumentException("A price list needs a price for STANDARD");
        }
    }

    /** Reads the file of the settings, or the one in the jar; fails with a message that names the file. */
    static PriceList load(CostSettings settings) {
        try (InputStream file = settings.prices() == null
                ? Objects.requireNonNull(PriceList.class.getResourceAsStream("/cost/prices.json"))
                : Files.newInputStream(settings.prices())) {
            return JSON.readValue(file, PriceList.class);
        } catch (IOException e) {
            throw new UncheckedIOException("salus.cost.prices: " + settings.prices() + " is not a price list", e);
        }
    }

    /** The price of a class; one that is not in the list counts as the dearest common one. */
    ClassPrice of(String storageClass) {
        return classes.getOrDefault(storageClass, standard());
    }

    ClassPrice standard() {
        return Objects.requireNonNull(classes.get(STANDARD));
    }

    /**
     * Prices of one storage class.
     *
     * @param gigabyteMonth     for keeping 2^30 bytes for a month
     * @param write             for a request that writes
     * @param read              for a request that reads
     * @param retrievedGigabyte for 2^30 bytes read
     * @param objectMonth       for watching over one object for a month
     */
    record ClassPrice(
            BigDecimal gigabyteMonth,
            BigDecimal write,
            BigDecimal read,
            BigDecimal retrievedGigabyte,
            BigDecimal objectMonth) {}
}
