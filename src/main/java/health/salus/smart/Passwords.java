package health.salus.smart;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Which passwords people may have: long ones. What else a password is made of says little about how hard it is to guess. */
final class Passwords {

    private static final int SHORTEST = 12;

    // bcrypt reads no further, and would take any ending.
    private static final int MOST_BYTES = 72;

    private Passwords() {}

    /** Returns a password that is allowed, or answers the request 400. */
    static String checked(@Nullable String password) {
        if (!isAllowed(password)) {
            throw Administration.badRequest(
                    "password has at least %d characters and at most %d bytes".formatted(SHORTEST, MOST_BYTES));
        }
        return password == null ? "" : password;
    }

    static boolean isAllowed(@Nullable String password) {
        return password != null
                && password.codePointCount(0, password.length()) >= SHORTEST
                && password.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
    }
}
