package health.salus.web;

import ca.uhn.fhir.context.FhirContext;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A URL path as it may stand in a log: of all words, only those that Salus itself or FHIR has given. */
final class Route {

    private static final Set<String> WORDS = Stream.concat(
                    FhirContext.forR4Cached().getResourceTypes().stream(),
                    Stream.of(
                            "",
                            "fhir",
                            "metadata",
                            ".well-known",
                            "smart-configuration",
                            "_history",
                            "_search",
                            "$everything",
                            "$validate",
                            "$meta",
                            "oauth2",
                            "authorize",
                            "token",
                            "jwks",
                            "introspect",
                            "revoke",
                            "login",
                            "app-state",
                            "error"))
            .collect(Collectors.toUnmodifiableSet());

    private Route() {}

    /** Replaces every other word by a star: it may be an id, and an id may be a name. */
    static String of(String path) {
        return Arrays.stream(path.split("/", 12))
                .map(word -> WORDS.contains(word) ? word : "*")
                .collect(Collectors.joining("/"));
    }
}
