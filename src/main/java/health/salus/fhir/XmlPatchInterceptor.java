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
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads an XML Patch before the library does that applies it. That one follows entities, and the functions of a selector, to the
 * files of this machine and to its neighbours, and what it finds there becomes part of the resource.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5261#section-4.1">RFC 5261, section 4.1, what a selector may be</a>
 */
@Interceptor
@Component
class XmlPatchInterceptor {

    private static final int LONGEST_SELECTOR = 500;
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
    private static final Pattern NODE_TEST = Pattern.compile("/(text|comment|processing-instruction)\\( *\\)");

    // Calls of functions, axes and searches through the whole resource.
    private static final Pattern FOREIGN = Pattern.compile("[($]|::|//");

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

    /**
     * Answers 400 to a patch that is no XML, has a document type or selects by more than steps and comparisons, alone or in a
     * Bundle; after it was decided whether the caller may patch this resource.
     */
    @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH, order = AttachmentInterceptor.AFTER_AUTHORIZATION)
    public void onPatch(PrePatchDetails patch) {
        if (patch.getPatchType() != PatchTypeEnum.XML_PATCH) {
            return;
        }
        // The same bytes that the library makes, since an XML declaration may say how to read them.
        byte[] body = patch.getPatchBody().getBytes(StandardCharsets.UTF_8);
        try {
            parsers.newSAXParser().parse(new ByteArrayInputStream(body), new Selectors());
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

    private static void requirePlain(String selector) {
        String steps =
                NODE_TEST.matcher(QUOTED.matcher(selector).replaceAll("''")).replaceAll("/*");
        if (selector.length() > LONGEST_SELECTOR || FOREIGN.matcher(steps).find()) {
            throw new InvalidRequestException("A selector of an XML Patch has up to " + LONGEST_SELECTOR
                    + " characters, and names steps and values, such as f:Patient/f:name[2]/f:family/@value");
        }
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

    /** Looks at the selectors of all operations. */
    private static final class Selectors extends DefaultHandler {

        @Override
        public void startElement(String namespace, String localName, String name, Attributes attributes) {
            for (int index = 0; index < attributes.getLength(); index++) {
                if (attributes.getLocalName(index).endsWith("sel")) {
                    requirePlain(attributes.getValue(index));
                }
            }
        }
    }
}
