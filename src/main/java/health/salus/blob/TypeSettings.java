package health.salus.blob;

import health.salus.tenant.TenantId;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which types of content may be stored. The closest list alone decides: that of the tenant for the category, that of the
 * tenant, that for the category, the general one. A category is the type of the resource that carries the content, such as
 * {@code Patient} for a photo or {@code Binary} for a file without FHIR around it; upper and lower case are the same.
 *
 * @param allowed    {@code salus.blob.types.allowed}: media types in which {@code *} stands for any characters, in general
 * @param categories {@code salus.blob.types.categories.{category}}: for what comes in that resource type
 * @param tenants    {@code salus.blob.types.tenants.{tenant}.allowed} and {@code .categories.{category}}: for one tenant
 */
record TypeSettings(
        @DefaultValue({
            "text/*",
            "image/*",
            "audio/*",
            "video/*",
            "model/*",
            "message/rfc822",
            "application/pdf",
            "application/dicom",
            "application/xml",
            "application/*+xml",
            "application/json",
            "application/*+json",
            "application/*ndjson",
            "application/csv",
            "application/hl7*",
            "application/x-hl7*",
            "application/edi-hl7*",
            "application/smart-health-card",
            "application/rtf",
            "application/msword",
            "application/vnd.ms-*",
            "application/vnd.openxmlformats-officedocument.*",
            "application/vnd.oasis.opendocument.*",
            // What Tika calls an office file of which it has not seen enough to tell which.
            "application/x-tika-*",
            "application/zip",
            "application/gzip",
            "application/mp4",
            "application/ogg",
            "application/quicktime",
            "application/x-matroska",
            "application/pkcs7-*",
            "application/octet-stream"
        })
        List<String> allowed,

        @DefaultValue Map<String, List<String>> categories,
        @DefaultValue Map<String, TenantTypes> tenants) {

    /** The lists of one tenant; an empty one says nothing. */
    record TenantTypes(
            @DefaultValue List<String> allowed,
            @DefaultValue Map<String, List<String>> categories) {}

    /** The list that decides about content of a tenant in a category. */
    List<String> listFor(TenantId tenant, String category) {
        Optional<TenantTypes> own = Optional.ofNullable(tenants.get(tenant.value()));
        return Stream.of(
                        own.flatMap(it -> list(it.categories(), category)),
                        own.map(TenantTypes::allowed).filter(it -> !it.isEmpty()),
                        list(categories, category))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(allowed);
    }

    private static Optional<List<String>> list(Map<String, List<String>> lists, String category) {
        return lists.entrySet().stream()
                .filter(it -> it.getKey().equalsIgnoreCase(category))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
