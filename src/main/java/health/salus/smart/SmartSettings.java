package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where this server is found, and who is trusted to say who its callers are.
 *
 * @param publicUrl the address that clients use, without the path of the FHIR API
 * @param dataDir   the folder for what the server keeps on disk; signing keys go into {@code keys} below it
 * @param auth      who issues access tokens
 */
@ConfigurationProperties("salus")
record SmartSettings(
        URI publicUrl, Path dataDir, @DefaultValue Auth auth) {

    SmartSettings {
        // Everything is appended to it, in tokens and in resources, and two spellings of one address do not match.
        if (publicUrl.toString().endsWith("/")) {
            throw new IllegalArgumentException("salus.public-url must not end with a slash: " + publicUrl);
        }
    }

    /**
     * Who issues access tokens.
     *
     * @param issuer         the OpenID Connect issuer to trust; if it is left out, the server issues tokens itself
     * @param roleClaim      the claim that names the role; dots lead into objects, and of a list the first known role
     *                       counts, so {@code realm_access.roles} reads the realm roles of Keycloak
     * @param allowedOrigins web origins whose scripts may call the FHIR API; those of the redirect addresses of clients
     *                       that are registered here are allowed without being listed
     * @param internalKeyHosts hosts, with their port where it is not the usual one, from which the keys of clients may be
     *                       fetched although they are not public or have no TLS, such as {@code keys.hospital:8443}
     * @param adminPassword  password of the user {@code admin} of the default tenant, who is made at the start if that tenant
     *                       has no administrator; of no use afterwards
     * @param keyLifetime    after how long a new key signs the tokens; the one before stays published as long again
     */
    record Auth(
            @Nullable URI issuer,
            @DefaultValue("salus_role") String roleClaim,
            @DefaultValue List<String> allowedOrigins,
            @DefaultValue List<String> internalKeyHosts,
            @Nullable String adminPassword,
            @DefaultValue("180d") Duration keyLifetime) {

        /** The setting that replaces the embedded authorization server. */
        static final String ISSUER = "salus.auth.issuer";
    }
}
