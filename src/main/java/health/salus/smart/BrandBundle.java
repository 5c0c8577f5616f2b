package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The brands of a tenant, ready to be served.
 *
 * @param json       the Bundle
 * @param eTag       changes with it
 * @param identifier that of the primary brand
 */
record BrandBundle(byte[] json, String eTag, Identifier identifier) {

    /** A FHIR Identifier, as it stands in the discovery document. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Identifier(@Nullable String system, String value) {}
}
