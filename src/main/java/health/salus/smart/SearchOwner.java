package health.salus.smart;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Binds the pages of a search to those who may see them, by a mark in the id of the search.
 *
 * <p>The id is random and stored with the result, so a mark cannot be changed without losing the search. Nothing has to
 * be remembered, and every server of a cluster understands it.
 *
 * @param mark what stands at the end of the ids of this caller's searches
 */
record SearchOwner(String mark, boolean limitedToPatient) {

    // HAPI keeps 48 characters for the id; a random UUID without its dashes takes 32 of them.
    private static final int RANDOM = 32;
    private static final int MARK_BYTES = 12;

    /** Returns whose searches the caller may page through: all who see the whole tenant share theirs. */
    static SearchOwner of(SmartPrincipal caller, AccessRights rights) {
        String rest = rights.seesWholeTenant()
                ? "everything"
                : String.join(
                        "\n",
                        caller.clientId(),
                        caller.subject(),
                        rights.patient().orElse(""),
                        String.join(" ", new TreeSet<>(caller.scopes())));
        return new SearchOwner(digest(caller.tenant() + "\n" + rest), rights.isLimitedToPatient());
    }

    /** Returns a new id for a search of this caller. */
    String newSearchId() {
        return UUID.randomUUID().toString().replace("-", "") + mark;
    }

    /** Tells whether a search was made by somebody who saw what this caller sees. */
    boolean mayPageThrough(String searchId) {
        // Histories are paged too, and HAPI lets nobody mark those; what they show is judged version by version.
        boolean unmarked = searchId.length() < RANDOM + mark.length();
        return unmarked ? !limitedToPatient : searchId.endsWith(mark);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, MARK_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
