package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Identifier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The brands under which the tenants are known to people, read once from the files of {@link BrandSettings}. A file that is
 * not as it should be keeps the server from starting: an app that shows a wrong one leads people astray.
 */
@Component
class Brands {

    private static final int MOST_BYTES = 1024 * 1024;
    private static final String ENDING = ".json";

    private final Map<TenantId, BrandBundle> ofTenants = new HashMap<>();

    Brands(BrandSettings settings, FhirBases bases) {
        if (settings.directory() != null) {
            files(settings.directory()).forEach(file -> {
                TenantId tenant = tenant(file);
                ofTenants.put(tenant, read(file, bases.of(tenant)));
            });
        }
    }

    /** Returns those of a tenant, or nothing if it has none. */
    Optional<BrandBundle> of(TenantId tenant) {
        return Optional.ofNullable(ofTenants.get(tenant));
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(it -> it.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("salus.brands.directory cannot be read: " + directory, e);
        }
    }

    private static TenantId tenant(Path file) {
        String name = file.getFileName().toString();
        String id = name.substring(0, name.length() - ENDING.length());
        if (!TenantId.isValid(id)) {
            throw wrong(file, "its name must be that of a tenant", null);
        }
        return new TenantId(id);
    }

    private static BrandBundle read(Path file, String fhirBase) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw wrong(file, "it is larger than 1 MB", null);
            }
            IParser parser = FhirContext.forR4Cached().newJsonParser();
            parser.setParserErrorHandler(new StrictErrorHandler());
            Bundle bundle = parser.parseResource(Bundle.class, Files.readString(file));
            Identifier primary = BrandRules.check(bundle, fhirBase).getIdentifierFirstRep();
            byte[] json = FhirContext.forR4Cached()
                    .newJsonParser()
                    .encodeResourceToString(bundle)
                    .getBytes(StandardCharsets.UTF_8);
            return new BrandBundle(
                    json,
                    "W/\"" + TokenHash.of(new String(json, StandardCharsets.UTF_8)) + "\"",
                    new BrandBundle.Identifier(primary.getSystem(), primary.getValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        } catch (DataFormatException e) {
            throw wrong(file, "it is no Bundle of FHIR R4 in JSON", e);
        } catch (IllegalArgumentException e) {
            throw wrong(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IllegalStateException wrong(Path file, String why, @Nullable Exception cause) {
        return new IllegalStateException("Brands in " + file + ": " + why, cause);
    }
}
