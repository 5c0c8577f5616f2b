package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Endpoint;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.r4.model.UrlType;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a Bundle of brands must be like. Apps of people whom nobody here knows show what is in it and follow its links, so
 * nothing in it may be more than text, pictures and safe addresses.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/brands.html#conformance-overview">SMART App Launch 2.2, user-access
 *     brands, conformance overview</a>
 */
final class BrandRules {

    private static final String PORTAL = "http://hl7.org/fhir/StructureDefinition/organization-portal";
    private static final String FHIR_VERSION = "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version";
    private static final String ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    private static final String CONNECTION = "http://terminology.hl7.org/CodeSystem/endpoint-connection-type";
    private static final String FHIR_REST = "hl7-fhir-rest";
    private static final Set<String> REASONS = Set.of("asked-declined", "asked-unknown");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern MARKUP = Pattern.compile("[<>]");
    private static final String PICTURE = "data:image/png;base64,";

    private final Map<String, Organization> brands = new HashMap<>();
    private final Map<String, Endpoint> endpoints = new HashMap<>();
    private final Bundle bundle;

    private BrandRules(Bundle bundle) {
        this.bundle = bundle;
    }

    /**
     * Checks a Bundle.
     *
     * @param fhirBase the base of the tenant whose brands these are
     * @return the primary brand: the first Organization
     * @throws IllegalArgumentException that says what is wrong
     */
    static Organization check(Bundle bundle, String fhirBase) {
        return new BrandRules(bundle).check(fhirBase);
    }

    private Organization check(String fhirBase) {
        require(bundle.getType() == Bundle.BundleType.COLLECTION, "Bundle.type must be collection");
        require(bundle.hasTimestamp(), "Bundle.timestamp is missing: when its contents changed last");
        bundle.getEntry().forEach(this::sort);
        require(!brands.isEmpty(), "There is no Organization");
        brands.values().forEach(this::checkBrand);
        endpoints.values().forEach(BrandRules::checkEndpoint);
        requirePlain();
        Organization primary = bundle.getEntry().stream()
                .map(Bundle.BundleEntryComponent::getResource)
                .filter(Organization.class::isInstance)
                .map(Organization.class::cast)
                .findFirst()
                .orElseThrow();
        checkPrimary(primary, fhirBase);
        return primary;
    }

    private void sort(Bundle.BundleEntryComponent entry) {
        if (entry.getResource() instanceof Organization brand
                && brand.getIdElement().hasIdPart()) {
            String reference = "Organization/" + brand.getIdElement().getIdPart();
            require(brands.put(reference, brand) == null, reference + " is there twice");
        } else if (entry.getResource() instanceof Endpoint endpoint
                && endpoint.getIdElement().hasIdPart()) {
            String reference = "Endpoint/" + endpoint.getIdElement().getIdPart();
            require(endpoints.put(reference, endpoint) == null, reference + " is there twice");
        } else {
            throw new IllegalArgumentException("Each entry is an Organization or an Endpoint with an id");
        }
    }

    private void checkBrand(Organization brand) {
        String name = "Organization/" + brand.getIdElement().getIdPart();
        require(brand.hasName(), name + " has no name");
        require(
                brand.getTelecom().stream()
                        .anyMatch(it -> it.getSystem() == ContactPoint.ContactPointSystem.URL
                                && (it.getValue() != null || isAbsent(it.getValueElement()))),
                name + " has no telecom with its website");
        Set<String> referenced = references(brand.getEndpoint());
        require(endpoints.keySet().containsAll(referenced), name + " names an Endpoint that is not in the Bundle");
        Set<String> ofPortals = brand.getExtensionsByUrl(PORTAL).stream()
                .flatMap(it -> it.getExtensionsByUrl("portalEndpoint").stream())
                .map(it -> it.getValue() instanceof Reference reference ? reference.getReference() : "")
                .collect(Collectors.toSet());
        require(referenced.containsAll(ofPortals), name + " has a portalEndpoint that is not among its endpoints");
        if (brand.hasPartOf()) {
            Organization parent = brands.get(brand.getPartOf().getReference());
            require(parent != null, name + ".partOf is not in the Bundle");
            require(parent == null || !parent.hasPartOf(), name + " is more than one step below its parent");
        }
    }

    private static void checkEndpoint(Endpoint endpoint) {
        String name = "Endpoint/" + endpoint.getIdElement().getIdPart();
        require(endpoint.hasStatus(), name + " has no status");
        require(endpoint.hasPayloadType(), name + " has no payloadType");
        require(
                CONNECTION.equals(endpoint.getConnectionType().getSystem())
                        && FHIR_REST.equals(endpoint.getConnectionType().getCode()),
                name + ".connectionType must be " + FHIR_REST);
        require(
                endpoint.getExtensionsByUrl(FHIR_VERSION).stream()
                        .anyMatch(it -> it.getValue() instanceof CodeType code && code.hasValue()),
                name + " has no extension with its FHIR version");
        require(
                endpoint.getContact().stream().anyMatch(it -> it.getSystem() == ContactPoint.ContactPointSystem.URL),
                name + " has no contact with the website for developers");
        require(endpoint.hasAddress(), name + " has no address");
    }

    private void checkPrimary(Organization primary, String fhirBase) {
        String name = "The first Organization, the primary brand,";
        require(primary.hasIdentifier() && primary.getIdentifierFirstRep().hasValue(), name + " has no identifier");
        long alike = brands.values().stream()
                .flatMap(it -> it.getIdentifier().stream())
                .filter(it -> isSame(it, primary.getIdentifierFirstRep()))
                .count();
        require(alike == 1, name + " shares its first identifier");
        require(
                references(primary.getEndpoint()).equals(endpoints.keySet()),
                name + " must name every Endpoint of the Bundle");
        require(
                endpoints.values().stream().anyMatch(it -> fhirBase.equals(it.getAddress())),
                "No Endpoint has the address of this tenant, " + fhirBase);
    }

    // Whatever is in it, however deep: no markup, no addresses that run or spy, no other reason why something is
    // missing.
    private void requirePlain() {
        require(
                Stream.concat(brands.values().stream(), endpoints.values().stream())
                        .noneMatch(it -> it.hasText() || it.hasContained()),
                "Brands and Endpoints have no narrative and contain nothing");
        all(StringType.class)
                .forEach(it -> require(!MARKUP.matcher(it.getValueNotNull()).find(), "A text has markup in it"));
        all(UrlType.class).filter(it -> it.getValue() != null).forEach(it -> requireSafe(it.getValue()));
        all(ContactPoint.class)
                .filter(it -> it.getSystem() == ContactPoint.ContactPointSystem.URL && it.getValue() != null)
                .forEach(it -> requireSafe(it.getValue()));
        all(Extension.class).forEach(BrandRules::checkExtension);
        all(Element.class)
                .filter(Base::isPrimitive)
                .flatMap(it -> it.getExtension().stream())
                .forEach(it -> require(
                        isAbsence(it),
                        "In the place of a value is a data-absent-reason"
                                + " asked-declined or asked-unknown and nothing else"));
    }

    // HAPI does not go from a Bundle into its entries.
    private <T extends Base> Stream<T> all(Class<T> type) {
        return Stream.concat(brands.values().stream(), endpoints.values().stream())
                .flatMap(it ->
                        FhirContext.forR4Cached().newTerser().getAllPopulatedChildElementsOfType(it, type).stream());
    }

    private static void checkExtension(Extension extension) {
        require(
                !ABSENT.equals(extension.getUrl()) || isAbsence(extension),
                "data-absent-reason must be asked-declined or asked-unknown");
        // A link of another type would not be looked at.
        require(
                !(extension.getValue() instanceof UriType) || extension.getValue() instanceof UrlType,
                "A link is a valueUrl: " + extension.getUrl());
    }

    private static void requireSafe(String address) {
        require(isSafe(address), "Not an https address, nor a PNG in base64: " + abbreviated(address));
    }

    private static boolean isSafe(String address) {
        if (address.startsWith(PICTURE)) {
            return address.substring(PICTURE.length()).matches("[A-Za-z0-9+/]+={0,2}");
        }
        try {
            URI uri = URI.create(address);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("https".equals(uri.getScheme())
                            || ("http".equals(uri.getScheme()) && THIS_MACHINE.contains(uri.getHost())));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isAbsent(StringType value) {
        return value.getExtensionsByUrl(ABSENT).stream().anyMatch(BrandRules::isAbsence);
    }

    private static boolean isAbsence(Extension reason) {
        return ABSENT.equals(reason.getUrl())
                && reason.getValue() instanceof CodeType code
                && REASONS.contains(String.valueOf(code.getValue()));
    }

    private static boolean isSame(Identifier one, Identifier other) {
        return String.valueOf(one.getValue()).equals(other.getValue())
                && String.valueOf(one.getSystem()).equals(String.valueOf(other.getSystem()));
    }

    private static Set<String> references(List<Reference> references) {
        return references.stream().map(it -> String.valueOf(it.getReference())).collect(Collectors.toSet());
    }

    private static String abbreviated(String text) {
        return text.substring(0, Math.min(text.length(), 80));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
