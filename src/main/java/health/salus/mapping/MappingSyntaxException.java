package health.salus.mapping;

/** Thrown when a mapping file cannot be used; the message begins with {@code file:line}. */
public final class MappingSyntaxException extends RuntimeException {

    MappingSyntaxException(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
    }
}
