package health.salus.smart;

/** Thrown when a scope cannot be understood in full; nothing may be granted on the strength of the rest. */
final class InvalidScopeException extends RuntimeException {

    InvalidScopeException(String scope) {
        super("Not a scope this server understands: " + scope);
    }
}
