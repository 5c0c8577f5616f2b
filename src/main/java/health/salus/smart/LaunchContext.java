package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an app is started about. It comes from the EHR that starts it or from the person who picks a patient, and goes into
 * the token and its response.
 *
 * @param patient           id of the Patient resource, without the type
 * @param encounter         id of the Encounter resource, without the type
 * @param fhirContext       other resources that are open, each as an object with {@code reference}, {@code canonical} or
 *                          {@code identifier}
 * @param intent            what the app is to do, in words that the app and the EHR have agreed on
 * @param needPatientBanner whether the app must show which patient it is about
 * @param smartStyleUrl     address of a JSON file with the colours of the EHR
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html">SMART App Launch 2.2, launch
 *     context</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record LaunchContext(
        @JsonProperty("patient") @Nullable String patient,
        @JsonProperty("encounter") @Nullable String encounter,
        @JsonProperty("fhirContext") @Nullable List<Map<String, Object>> fhirContext,
        @JsonProperty("intent") @Nullable String intent,
        @JsonProperty("need_patient_banner") @Nullable Boolean needPatientBanner,
        @JsonProperty("smart_style_url") @Nullable String smartStyleUrl) {

    static final String ENCOUNTER = "encounter";

    /** The members of a token response that speak of the context. */
    static final List<String> PARAMETERS =
            List.of(TokenClaims.PATIENT, ENCOUNTER, "fhirContext", "intent", "need_patient_banner", "smart_style_url");

    static final LaunchContext NONE = new LaunchContext(null, null, null, null, null, null);

    private static final String ATTRIBUTE = "salus.launch";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns what the app was started about when this was granted. */
    static LaunchContext of(OAuth2Authorization grant) {
        String kept = grant.getAttribute(ATTRIBUTE);
        return kept == null ? NONE : parse(kept);
    }

    static LaunchContext parse(String json) {
        try {
            return JSON.readValue(json, LaunchContext.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was kept of a launch cannot be read", e);
        }
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the same grant, which remembers this. */
    OAuth2Authorization keepIn(OAuth2Authorization grant) {
        return OAuth2Authorization.from(grant).attribute(ATTRIBUTE, json()).build();
    }

    LaunchContext withPatient(String id) {
        return new LaunchContext(id, null, fhirContext, intent, needPatientBanner, smartStyleUrl);
    }

    /** Returns what an app with these scopes is told, by name: whose record and which visit only if it was granted that. */
    Map<String, Object> claims(SmartScopes scopes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        if (scopes.needsPatient() || scopes.has(SmartScopes.LAUNCH)) {
            put(claims, TokenClaims.PATIENT, patient);
        }
        if (scopes.has(SmartScopes.LAUNCH_ENCOUNTER) || scopes.has(SmartScopes.LAUNCH)) {
            put(claims, ENCOUNTER, encounter);
        }
        if (scopes.has(SmartScopes.LAUNCH)) {
            // Claims are kept as JSON with the class of each list in it, and not every class is read again.
            put(claims, "fhirContext", fhirContext == null ? null : new ArrayList<>(fhirContext));
            put(claims, "intent", intent);
            put(claims, "need_patient_banner", needPatientBanner);
            put(claims, "smart_style_url", smartStyleUrl);
        }
        return claims;
    }

    private static void put(Map<String, Object> claims, String name, @Nullable Object value) {
        if (value != null) {
            claims.put(name, value);
        }
    }
}
