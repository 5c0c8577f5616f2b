package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import java.nio.file.Path;

/**
 * Where the brands of the institutions are, which apps show to people.
 *
 * @param directory a folder with {@code <tenant>.json} for each tenant that has some; without it there are none
 */
@ConfigurationProperties("salus.brands")
record BrandSettings(@Nullable Path directory) {}
