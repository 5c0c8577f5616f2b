package health.salus.cost;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import java.nio.file.Path;

/**
 * What estimates of the storage cost rest on.
 *
 * @param prices {@code salus.cost.prices}: a JSON file in the form of the one in the jar, {@code cost/prices.json}; without
 *               it, that one
 */
@ConfigurationProperties("salus.cost")
record CostSettings(@Nullable Path prices) {}
