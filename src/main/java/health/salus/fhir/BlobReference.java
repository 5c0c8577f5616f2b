package health.salus.fhir;

import health.salus.blob.BlobId;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a stored resource names a blob: an {@code Attachment} by its {@code url}, {@code Binary/{id}}, which is stored
 * without the server's address; a {@code Binary} by an extension on its {@code data}, which only the server may write.
 */
final class BlobReference {

    static final String EXTENSION = "https://salus.health/fhir/StructureDefinition/blob";

    private static final String PATH = "Binary/";

    private BlobReference() {}

    static String relativeUrl(BlobId id) {
        return PATH + id;
    }

    static Optional<BlobId> of(Attachment attachment) {
        String url = attachment.getUrl();
        return url != null && url.startsWith(PATH) ? BlobId.parse(url.substring(PATH.length())) : Optional.empty();
    }

    static Optional<BlobId> of(Binary binary) {
        return Optional.ofNullable(binary.getDataElement().getExtensionByUrl(EXTENSION))
                .flatMap(extension -> BlobId.parse(extension.getValue().primitiveValue()));
    }

    static void put(Binary binary, BlobId id) {
        Base64BinaryType data = new Base64BinaryType();
        data.addExtension(new Extension(EXTENSION, new IdType(id.toString())));
        binary.setDataElement(data);
    }

    /** Takes the extension out of what is shown: it means nothing to a client. */
    static void hide(Stream<Resource> shown) {
        shown.filter(it -> it instanceof Binary binary && of(binary).isPresent())
                .forEach(it -> ((Binary) it).setDataElement(null));
    }
}
