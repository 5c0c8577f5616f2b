package health.salus.searchparameter;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.registry.SearchParameterCanonicalizer;
import health.salus.profile.Profiles;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** The search parameters that this server brings along: those of FHIR and those of {@code fhir-profiles/}. */
@Component
class ShippedParameters {

    private static final int DIGEST_BYTES = 8;

    private final FhirContext context;
    private final List<RuntimeSearchParam> ofProfiles;
    private final Map<String, String> digests = new TreeMap<>();

    ShippedParameters(FhirContext context, Profiles profiles, SearchParameterCanonicalizer reader) {
        this.context = context;
        this.ofProfiles = profiles.searchParameters().stream()
                .map(reader::canonicalizeSearchParameter)
                .filter(Objects::nonNull)
                .toList();
        context.getResourceTypes()
                .forEach(type -> context.getResourceDefinition(type)
                        .getSearchParams()
                        .forEach(it -> digests.put(key(type, it.getName()), digest(it))));
        ofProfiles.forEach(it ->
                it.getBase().forEach(type -> digests.putIfAbsent(key(type, it.getName()), digest(it))));
    }

    /** Names a search parameter of a resource type. */
    static String key(String type, String name) {
        return type + "." + name;
    }

    /** Returns the resource type of a key. */
    static String type(String key) {
        return key.substring(0, key.indexOf('.'));
    }

    /** Says in a few letters what a search parameter finds. */
    private static String digest(RuntimeSearchParam parameter) {
        String definition = String.join(
                "\n",
                String.valueOf(parameter.getParamType()),
                parameter.getPath(),
                String.join(",", new TreeSet<>(parameter.getTargets())));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(definition.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns those that FHIR itself does not define. */
    List<RuntimeSearchParam> ofProfiles() {
        return ofProfiles;
    }

    /** Returns the digest of each, by its key. */
    Map<String, String> digests() {
        return Map.copyOf(digests);
    }

    /** Returns the digests without those of {@link #ofProfiles()}. */
    Map<String, String> digestsOfFhir() {
        Map<String, String> ofFhir = new TreeMap<>(digests);
        ofFhir.keySet()
                .removeIf(key -> context.getResourceDefinition(type(key)).getSearchParams().stream()
                        .noneMatch(it -> key.equals(key(type(key), it.getName()))));
        return ofFhir;
    }

    /** Returns all resource types. */
    Collection<String> types() {
        return context.getResourceTypes();
    }
}
