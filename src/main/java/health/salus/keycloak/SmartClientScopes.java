package health.salus.keycloak;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.smart.ScopeText;
import org.hl7.fhir.r4.model.ResourceType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SMART scopes of a realm. Keycloak grants scopes by their very name, so each that an app may ask for is listed, in the
 * v2 and in the v1 form.
 *
 * @param types resource types with scopes of their own, {@code *} first
 */
record SmartClientScopes(List<String> types) {

    /** What the US Core and International Patient Access guides have apps ask for. */
    static final String USUAL_TYPES = "AllergyIntolerance,Binary,CarePlan,CareTeam,Condition,Coverage,Device,"
            + "DiagnosticReport,DocumentReference,Encounter,Goal,Immunization,Location,Medication,MedicationDispense,"
            + "MedicationRequest,MedicationStatement,Observation,Organization,Patient,Practitioner,PractitionerRole,"
            + "Procedure,Provenance,QuestionnaireResponse,RelatedPerson,ServiceRequest,Specimen";

    /** Opens {@code /api}; only the server's own interface may ask for it. */
    static final String ADMINISTRATION = "salus_api";

    private static final List<String> CONTEXT = List.of("launch/patient", "online_access");
    // These are in the realm in any case, since Keycloak needs them or since they carry claims.
    private static final List<String> OF_OPENID = List.of("profile", "fhirUser", "offline_access");
    private static final List<String> READING = List.of("rs", "read");
    private static final List<String> ALL = List.of("rs", "cruds", "read", "write", "*");
    private static final Set<String> KNOWN_TYPES =
            Arrays.stream(ResourceType.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    SmartClientScopes {
        types = List.copyOf(types);
    }

    /**
     * Returns the scopes for everything and for each of these types.
     *
     * @throws IllegalArgumentException if one is no FHIR R4 resource type
     */
    static SmartClientScopes of(Collection<String> types) {
        types.stream().filter(type -> !KNOWN_TYPES.contains(type)).findFirst().ifPresent(type -> {
            throw new IllegalArgumentException("Not a FHIR R4 resource type: " + type);
        });
        return new SmartClientScopes(
                Stream.concat(Stream.of("*"), types.stream().distinct()).toList());
    }

    /** Returns the scopes that an app may ask for in the name of a person; those of a patient's record change nothing. */
    List<String> ofApps() {
        List<String> scopes = new ArrayList<>(OF_OPENID);
        scopes.addAll(CONTEXT);
        scopes.addAll(of("patient", READING));
        scopes.addAll(of("user", ALL));
        return scopes;
    }

    /** Returns the scopes that a program without a person may ask for. */
    List<String> ofPrograms() {
        return of("system", ALL);
    }

    /** Returns each scope that is not in the realm in any case, as Keycloak imports it. */
    List<ObjectNode> json() {
        return Stream.of(CONTEXT, List.of(ADMINISTRATION), of("patient", READING), of("user", ALL), ofPrograms())
                .flatMap(List::stream)
                .map(SmartClientScopes::json)
                .toList();
    }

    private List<String> of(String context, List<String> permissions) {
        return types.stream()
                .flatMap(type -> permissions.stream().map(permission -> context + "/" + type + "." + permission))
                .toList();
    }

    private static ObjectNode json(String name) {
        String text = ScopeText.of(name);
        ObjectNode scope = JsonNodeFactory.instance.objectNode();
        scope.put("name", name).put("description", "SMART: " + text).put("protocol", "openid-connect");
        scope.putObject("attributes")
                .put("include.in.token.scope", "true")
                .put("display.on.consent.screen", "true")
                .put("consent.screen.text", text);
        return scope;
    }
}
