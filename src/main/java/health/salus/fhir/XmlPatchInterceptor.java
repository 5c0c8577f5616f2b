package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.jpa.patch.XmlPatchUtils;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.PatchTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.springframework.stereotype.Component;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads an XML Patch (RFC 5261) before the library does that applies it. That one follows entities to the files of this machine
 * and to its neighbours, and what it finds there becomes part of the resource.
 */
@Interceptor
@Component
class XmlPatchInterceptor {

    private final FhirContext context;
    private final SAXParserFactory parsers;

    XmlPatchInterceptor(FhirContext context) {
        this.context = context;
        parsers = SAXParserFactory.newInstance();
        parsers.setNamespaceAware(true);
        try {
            parsers.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("The XML parser cannot refuse document types", e);
        }
    }

    /** Answers 400 to a patch that is no XML or has a document type, alone or in a Bundle. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
    public void onPatch(PrePatchDetails patch) {
        if (patch.getPatchType() != PatchTypeEnum.XML_PATCH) {
            return;
        }
        // The same bytes that the library makes, since an XML declaration may say how to read them.
        byte[] body = patch.getPatchBody().getBytes(StandardCharsets.UTF_8);
        try {
            parsers.newSAXParser().parse(new ByteArrayInputStream(body), new DefaultHandler());
        } catch (SAXException e) {
            throw new InvalidRequestException(
                    "The body is no XML Patch without a document type (DOCTYPE): " + e.getMessage());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("The XML parser cannot be made", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory can be read", e);
        }
        requireApplicable(patch);
    }

    /** Tries what HAPI does next, because it says 500 of a patch that cannot be applied. */
    private void requireApplicable(PrePatchDetails patch) {
        try {
            XmlPatchUtils.apply(context, patch.getResource(), patch.getPatchBody());
        } catch (BaseServerResponseException | DataFormatException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidRequestException("The XML Patch cannot be applied: " + e.getMessage());
        }
    }
}
