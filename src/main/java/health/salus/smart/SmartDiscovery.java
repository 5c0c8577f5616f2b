package health.salus.smart;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The discovery document of a FHIR base.
 *
 * <p>It names only what works here: a client that relies on more would fail later and with less to go by.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html">SMART App Launch 2.2, conformance</a>
 */
final class SmartDiscovery {

    private static final List<String> OF_ANY_ISSUER = List.of(
            "launch-standalone",
            "client-public",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2");
    private static final String ASYMMETRIC = "client-confidential-asymmetric";
    private static final String STANDALONE_PATIENT = "context-standalone-patient";
    private static final List<String> OF_THIS_SERVER = List.of(
            "authorize-post",
            ASYMMETRIC,
            "client-confidential-symmetric",
            "context-banner",
            "context-ehr-encounter",
            "context-ehr-patient",
            STANDALONE_PATIENT,
            "context-style",
            "launch-ehr",
            "permission-offline",
            "permission-online",
            "sso-openid-connect");

    private static final List<String> GRANTS = List.of("authorization_code", "client_credentials", "refresh_token");
    private static final List<String> OF_SILENT_ISSUER = List.of("authorization_code", "client_credentials");
    private static final String OWN_KEY = "private_key_jwt";
    private static final List<String> PROOFS = List.of("client_secret_basic", "client_secret_post", OWN_KEY);
    private static final List<String> OF_PERSONS = List.of(
            SmartScopes.OPENID,
            SmartScopes.FHIR_USER,
            SmartScopes.LAUNCH_PATIENT,
            SmartScopes.ONLINE_ACCESS,
            SmartScopes.OFFLINE_ACCESS);

    private final Supplier<Map<String, Object>> endpoints;

    private SmartDiscovery(Supplier<Map<String, Object>> endpoints) {
        this.endpoints = endpoints;
    }

    /** Returns the document while this server issues the tokens. */
    static SmartDiscovery ofThisServer(FhirBases bases) {
        Map<String, Object> document = common(bases);
        document.put("issuer", bases.publicUrl());
        document.put("jwks_uri", bases.at(AuthorizationServerConfiguration.KEYS));
        document.put("authorization_endpoint", bases.at(AuthorizationServerConfiguration.AUTHORIZE));
        document.put("token_endpoint", bases.at(AuthorizationServerConfiguration.TOKEN));
        document.put("introspection_endpoint", bases.at(AuthorizationServerConfiguration.INTROSPECT));
        document.put("revocation_endpoint", bases.at(AuthorizationServerConfiguration.REVOKE));
        document.put("management_endpoint", bases.at(ConnectedAppsPage.PATH));
        document.put("grant_types_supported", GRANTS);
        document.put("token_endpoint_auth_methods_supported", PROOFS);
        document.put("token_endpoint_auth_signing_alg_values_supported", List.of("RS384", "ES384"));
        document.put(
                "capabilities",
                List.of(OF_ANY_ISSUER, OF_THIS_SERVER).stream()
                        .flatMap(List::stream)
                        .toList());
        document.put(
                "scopes_supported",
                List.of(
                        SmartScopes.OPENID,
                        SmartScopes.FHIR_USER,
                        SmartScopes.LAUNCH,
                        SmartScopes.LAUNCH_PATIENT,
                        SmartScopes.LAUNCH_ENCOUNTER,
                        SmartScopes.ONLINE_ACCESS,
                        SmartScopes.OFFLINE_ACCESS,
                        "patient/*.rs",
                        "patient/Basic.cuds",
                        "user/*.cruds",
                        "system/*.cruds"));
        return new SmartDiscovery(() -> document);
    }

    /** Returns the document while another server issues the tokens; it is asked when the document is. */
    static SmartDiscovery of(ExternalIssuer issuer, FhirBases bases) {
        return new SmartDiscovery(() -> {
            ExternalIssuer.Metadata metadata = issuer.metadata();
            Map<String, Object> document = common(bases);
            document.put("issuer", metadata.issuer());
            document.put("jwks_uri", metadata.keys());
            document.put("authorization_endpoint", metadata.authorize());
            document.put("token_endpoint", metadata.token());
            putIfKnown(document, "introspection_endpoint", metadata.introspect());
            putIfKnown(document, "revocation_endpoint", metadata.revoke());
            putWhatIssuerOffers(document, metadata);
            return document;
        });
    }

    /**
     * Returns the document as names and values, ready for JSON.
     *
     * @param base   the FHIR base that it is about
     * @param brands those of the tenant, or nothing if it has none
     */
    Map<String, Object> document(String base, Optional<BrandBundle> brands) {
        Map<String, Object> document = new TreeMap<>(endpoints.get());
        brands.ifPresent(bundle -> {
            document.put("user_access_brand_bundle", base + BrandFilter.PATH);
            document.put("user_access_brand_identifier", bundle.identifier());
        });
        return document;
    }

    private static Map<String, Object> common(FhirBases bases) {
        Map<String, Object> document = new TreeMap<>();
        document.put("response_types_supported", List.of("code"));
        document.put("code_challenge_methods_supported", List.of("S256"));
        document.put(
                "associated_endpoints",
                List.of(Map.of("url", bases.at(AppStateRights.PATH), "capabilities", List.of("smart-app-state"))));
        return document;
    }

    // An issuer also tells of grants and scopes that have no place in SMART, such as the implicit grant.
    private static void putWhatIssuerOffers(Map<String, Object> document, ExternalIssuer.Metadata issuer) {
        List<String> offered = issuer.grants() == null ? OF_SILENT_ISSUER : issuer.grants();
        List<String> grants = GRANTS.stream().filter(offered::contains).toList();
        List<String> scopes = issuer.scopes() == null
                ? List.of()
                : issuer.scopes().stream()
                        .filter(SmartDiscovery::isOfSmart)
                        .sorted()
                        .toList();
        List<String> capabilities = new ArrayList<>(OF_ANY_ISSUER);
        if (scopes.contains(SmartScopes.LAUNCH_PATIENT)) {
            capabilities.add(STANDALONE_PATIENT);
        }
        if (issuer.proofs() != null && issuer.proofs().contains(OWN_KEY)) {
            capabilities.add(ASYMMETRIC);
        }
        if (grants.contains("refresh_token") && scopes.contains(SmartScopes.OFFLINE_ACCESS)) {
            capabilities.add("permission-offline");
        }
        if (scopes.containsAll(List.of(SmartScopes.OPENID, SmartScopes.FHIR_USER))) {
            capabilities.add("sso-openid-connect");
        }
        document.put("grant_types_supported", grants);
        document.put("capabilities", capabilities);
        if (!scopes.isEmpty()) {
            document.put("scopes_supported", scopes);
        }
        if (issuer.proofs() != null) {
            document.put(
                    "token_endpoint_auth_methods_supported",
                    PROOFS.stream().filter(issuer.proofs()::contains).toList());
        }
    }

    private static boolean isOfSmart(String scope) {
        return OF_PERSONS.contains(scope) || ClinicalScope.parse(scope).isPresent();
    }

    private static void putIfKnown(Map<String, Object> document, String name, @Nullable String value) {
        if (value != null) {
            document.put(name, value);
        }
    }
}
