package health.salus.upload;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.blob.Sha256;
import health.salus.blob.StagedContent;
import health.salus.blob.UploadedPart;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Reads what a client says of an upload; whatever is missing or makes no sense is {@link InvalidRequestException}, 400. */
record UploadParameters(Parameters input) {

    StagedContent content() {
        try {
            return new StagedContent(required("contentType"), size(), sha256());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("contentType has to be a MIME type of 1 to 255 ASCII characters, "
                    + "size a number of bytes from 0, and sha256 the 64 hexadecimal digits of the SHA-256");
        }
    }

    Optional<String> securityContext() {
        return parameter("securityContext")
                .map(it -> it.getValue() instanceof Reference reference ? reference.getReference() : null)
                .filter(it -> !it.isBlank());
    }

    UUID upload() {
        try {
            return UUID.fromString(required("upload"));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("upload has to be the id that $start-upload has answered");
        }
    }

    Optional<DocumentReference> documentReference() {
        return parameter("documentReference").map(it -> {
            Resource resource = it.getResource();
            if (resource instanceof DocumentReference document) {
                return document;
            }
            throw new InvalidRequestException("documentReference has to be a resource of that type");
        });
    }

    List<UploadedPart> parts() {
        return input.getParameter().stream()
                .filter(it -> "part".equals(it.getName()))
                .map(UploadParameters::part)
                .toList();
    }

    private static UploadedPart part(ParametersParameterComponent part) {
        try {
            return new UploadedPart(Integer.parseInt(text(part, "number")), text(part, "etag"));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("Each part has a number from 1 and the etag that the store has answered");
        }
    }

    private static String text(ParametersParameterComponent part, String name) {
        return part.getPart().stream()
                .filter(it -> name.equals(it.getName()))
                .map(it -> text(it.getValue()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("");
    }

    private long size() {
        // FHIR's integers end at 2 GB, so a decimal or a text does as well.
        try {
            return new BigDecimal(required("size")).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new InvalidRequestException("size is a whole number of bytes");
        }
    }

    private Sha256 sha256() {
        return parameter("sha256")
                .filter(it -> it.getValue() instanceof Base64BinaryType)
                .map(it -> HexFormat.of().formatHex(((Base64BinaryType) it.getValue()).getValue()))
                .map(Sha256::new)
                .orElseGet(() -> new Sha256(required("sha256").toLowerCase(Locale.ROOT)));
    }

    private String required(String name) {
        return parameter(name)
                .flatMap(it -> text(it.getValue()))
                .orElseThrow(() -> new InvalidRequestException("The parameter " + name + " is missing"));
    }

    private static Optional<String> text(@Nullable Type value) {
        return Optional.ofNullable(value).map(Type::primitiveValue).filter(it -> !it.isBlank());
    }

    private Optional<ParametersParameterComponent> parameter(String name) {
        return input.getParameter().stream()
                .filter(it -> name.equals(it.getName()))
                .findFirst();
    }
}
