package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/** What an account must be like, whoever makes it. */
final class UserRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern FHIR_USER =
            Pattern.compile("(Patient|Practitioner|PractitionerRole|RelatedPerson|Person)/[A-Za-z0-9.-]{1,64}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    // What OpenID Connect lets a sub be, without what nobody could type.
    private static final Pattern SUBJECT = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private UserRules() {}

    /**
     * Puts an account together.
     *
     * @throws IllegalArgumentException with a text for whoever has to mend it
     */
    static SmartUser checked(
            @Nullable String username,
            @Nullable String role,
            TenantId tenant,
            @Nullable String fhirUser,
            @Nullable String patient) {
        if (username == null || !NAME.matcher(username).matches()) {
            throw new IllegalArgumentException("username has 1 to 64 of letters, digits and ._@-");
        }
        Role known = Role.ofCode(role == null ? "" : role)
                .filter(it -> it != Role.SYSTEM)
                .orElseThrow(() -> new IllegalArgumentException("role must be admin, practitioner or patient"));
        if (fhirUser != null && !FHIR_USER.matcher(fhirUser).matches()) {
            throw new IllegalArgumentException("fhirUser must be a reference such as Practitioner/17");
        }
        if (known == Role.PATIENT ? !isId(patient) : patient != null) {
            throw new IllegalArgumentException("patient must be the id of a Patient for patients, and only for them");
        }
        String represented = fhirUser == null && patient != null ? "Patient/" + patient : fhirUser;
        return new SmartUser(username, known, tenant, represented, patient);
    }

    /** Tells whether a provider may call a person so. */
    static boolean isSubject(@Nullable String subject) {
        return subject != null && SUBJECT.matcher(subject).matches();
    }

    private static boolean isId(@Nullable String text) {
        return text != null && ID.matcher(text).matches();
    }
}
