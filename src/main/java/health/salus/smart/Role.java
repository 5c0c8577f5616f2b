package health.salus.smart;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller is to the institution: the {@code salus_role} claim of an access token. */
public enum Role {
    /** Runs the server for the institution. */
    ADMIN,
    /** Cares for patients of the institution. */
    PRACTITIONER,
    /** Sees their own record only. */
    PATIENT,
    /** A program without a person behind it. */
    SYSTEM;

    /** Returns the role in the form that claims, tables and files use: lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the role with this code, or nothing for any other text. */
    public static Optional<Role> ofCode(String code) {
        return Arrays.stream(values()).filter(role -> role.code().equals(code)).findFirst();
    }
}
