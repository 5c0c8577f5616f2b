package health.salus.keycloak.mapper;

import org.jspecify.annotations.Nullable;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.representations.AccessToken;

import java.util.Arrays;
import java.util.Map;

/** What the token response says beside the token: an app must not have to look into the token for it. */
final class LaunchResponse {

    private static final String PATIENT = "patient";
    private static final String NEEDS_BANNER = "need_patient_banner";

    private LaunchResponse() {}

    /** Returns the parameters for an access token, none if it is about no patient or the app may not know about whom. */
    static Map<String, Object> of(String token) {
        return of(read(token));
    }

    static Map<String, Object> of(AccessToken token) {
        @Nullable Object patient = token.getOtherClaims().get(PATIENT);
        return patient == null || !opensRecord(token.getScope())
                ? Map.of()
                // The app was not started inside a chart, so nobody but the app says whose record is open.
                : Map.of(PATIENT, patient, NEEDS_BANNER, true);
    }

    private static boolean opensRecord(@Nullable String scopes) {
        return scopes != null
                && Arrays.stream(scopes.split(" "))
                        .anyMatch(scope -> scope.equals("launch/patient") || scope.startsWith("patient/"));
    }

    private static AccessToken read(String token) {
        try {
            return new JWSInput(token).readJsonContent(AccessToken.class);
        } catch (JWSInputException e) {
            throw new IllegalStateException("The token that was just made cannot be read", e);
        }
    }
}
