package health.salus.smart;

import health.salus.tenant.TenantId;

import java.util.Optional;

/**
 * The absolute addresses of this server, as clients see them.
 *
 * <p>They come from a setting and never from a request: whoever may choose the host of a request must not choose the
 * issuer or the audience of a token with it.
 *
 * @param publicUrl the address of the server without a slash at the end
 */
record FhirBases(String publicUrl) {

    private static final String FHIR = "/fhir";

    FhirBases {
        publicUrl = withoutSlash(publicUrl);
    }

    /** Returns the FHIR base of a tenant, the audience of the tokens for it. */
    String of(TenantId tenant) {
        return tenant.equals(TenantId.DEFAULT) ? publicUrl + FHIR : publicUrl + FHIR + "/" + tenant;
    }

    /** Returns the tenant that a FHIR base would belong to, or nothing if it is no base of this server. */
    Optional<TenantId> tenantOf(String base) {
        String address = withoutSlash(base);
        String root = publicUrl + FHIR;
        if (address.equals(root)) {
            return Optional.of(TenantId.DEFAULT);
        }
        if (!address.startsWith(root + "/")) {
            return Optional.empty();
        }
        return Optional.of(address.substring(root.length() + 1))
                .filter(TenantId::isValid)
                .map(TenantId::new);
    }

    /** Returns the address of something on this server, given its path with a slash at the start. */
    String at(String path) {
        return publicUrl + path;
    }

    private static String withoutSlash(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }
}
