package health.salus.smart;

import java.net.URI;

/** By what a client proves that it is the one it says. */
sealed interface ClientProof {

    /** Nothing: an app whose code anybody can read. PKCE and its redirect addresses are all there is. */
    record None() implements ClientProof {}

    /**
     * A secret that both sides know.
     *
     * @param hash its bcrypt hash
     */
    record Secret(String hash) implements ClientProof {}

    /**
     * A signature with one of these keys.
     *
     * @param jwks public keys as a JSON Web Key Set
     */
    record Keys(String jwks) implements ClientProof {}

    /**
     * A signature with one of the keys that the client publishes.
     *
     * @param address where its JSON Web Key Set is
     */
    record KeyAddress(URI address) implements ClientProof {}
}
