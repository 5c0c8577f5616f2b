package health.salus.fhir;

import health.salus.blob.BlobId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;

import java.util.Optional;
import java.util.Set;

/**
 * How a stored resource names a blob: an {@code Attachment} by its {@code url}, {@code Binary/{id}}, which is stored
 * without the server's address; a {@code Binary} by an extension on its {@code data}, which only the server may write. Inside
 * another resource it stands on its {@code securityContext}: HAPI cannot write one on a primitive of what is contained.
 */
final class BlobReference {

    static final String EXTENSION = "https://salus.health/fhir/StructureDefinition/blob";

    private static final String PATH = "Binary/";

    // The others are HAPI's, which takes bytes from wherever they say.
    private static final Set<String> RESERVED = Set.of(
            EXTENSION,
            "http://hapifhir.io/fhir/StructureDefinition/externalized-binary-id",
            "http://hapifhir.io/fhir/StructureDefinition/externalized-binary-hash-sha-256");

    private BlobReference() {}

    static String relativeUrl(BlobId id) {
        return PATH + id;
    }

    /** Tells whether only a server may write this extension. */
    static boolean isReserved(Extension extension) {
        return extension.hasUrl() && RESERVED.contains(extension.getUrl());
    }

    static Optional<BlobId> of(Attachment attachment) {
        String url = attachment.getUrl();
        return url != null && url.startsWith(PATH) ? BlobId.parse(url.substring(PATH.length())) : Optional.empty();
    }

    static Optional<BlobId> of(Binary binary) {
        return Optional.ofNullable(binary.getDataElement().getExtensionByUrl(EXTENSION))
                .or(() -> Optional.ofNullable(binary.getSecurityContext().getExtensionByUrl(EXTENSION)))
                .flatMap(BlobReference::of);
    }

    static Optional<BlobId> of(Extension extension) {
        return EXTENSION.equals(extension.getUrl()) && extension.getValue() != null
                ? Optional.ofNullable(extension.getValue().primitiveValue()).flatMap(BlobId::parse)
                : Optional.empty();
    }

    /** Puts a blob in the place of the data of a {@code Binary} with an address of its own. */
    static void put(Binary binary, BlobId id) {
        put(binary, id, false);
    }

    /** @param embedded whether it lies inside another resource */
    static void put(Binary binary, BlobId id, boolean embedded) {
        remove(binary);
        Extension reference = new Extension(EXTENSION, new IdType(id.toString()));
        if (embedded) {
            binary.getSecurityContext().addExtension(reference);
        } else {
            Base64BinaryType data = new Base64BinaryType();
            data.addExtension(reference);
            binary.setDataElement(data);
        }
    }

    /** Takes the data of a {@code Binary} away, and the blob in its place. */
    static void remove(Binary binary) {
        binary.setDataElement(null);
        if (binary.getSecurityContext().hasExtension(EXTENSION)) {
            binary.getSecurityContext().removeExtension(EXTENSION);
        }
        if (binary.getSecurityContext().isEmpty()) {
            binary.setSecurityContext(null);
        }
    }
}
