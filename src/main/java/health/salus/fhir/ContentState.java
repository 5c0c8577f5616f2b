package health.salus.fhir;

import health.salus.blob.BlobState;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Extension;

import java.util.Locale;

/**
 * Tells a client that wished for data why it is not there: an extension with the state of the bytes as its code, such as
 * {@code archived}. It stands in answers only; what comes back with it is stored without.
 */
final class ContentState {

    static final String EXTENSION = "https://salus.health/fhir/StructureDefinition/content-state";

    private ContentState() {}

    static void mark(Attachment attachment, BlobState state) {
        attachment.addExtension(extension(state));
    }

    static void mark(Binary binary, BlobState state) {
        Base64BinaryType data = new Base64BinaryType();
        data.addExtension(extension(state));
        binary.setDataElement(data);
    }

    /** Takes the marks away that a client sends back. */
    static void unmark(Carrier carrier) {
        carrier.attachments().stream()
                .filter(it -> it.hasExtension(EXTENSION))
                .forEach(it -> it.removeExtension(EXTENSION));
        carrier.binaries().stream()
                .filter(it -> it.getDataElement().hasExtension(EXTENSION))
                .forEach(it -> it.getDataElement().removeExtension(EXTENSION));
    }

    private static Extension extension(BlobState state) {
        return new Extension(EXTENSION, new CodeType(state.name().toLowerCase(Locale.ROOT)));
    }
}
