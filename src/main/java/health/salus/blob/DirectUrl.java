package health.salus.blob;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** The answer to a client that wants to reach the store itself. */
public sealed interface DirectUrl {

    /**
     * An address that carries its own permission: whoever has it can use it until it expires, so it is never logged.
     *
     * @param method  the HTTP method it is good for
     * @param headers what the client must send with it, exactly so
     * @param expires when it ends being good
     */
    record Signed(String method, URI url, Map<String, String> headers, Instant expires) implements DirectUrl {

        public Signed {
            headers = Map.copyOf(headers);
        }

        /** Without the address, which is a secret. */
        @Override
        public String toString() {
            return "Signed[" + method + ", expires=" + expires + "]";
        }
    }

    /**
     * There is no such address; the bytes go through the server.
     *
     * @param reason why, in a sentence that a client may see
     */
    record NotPresignable(String reason) implements DirectUrl {}
}
