package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.jspecify.annotations.Nullable;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * A resource in XML before it is read, https://hl7.org/fhir/R4/xml.html. HAPI takes elements of any namespace for FHIR's, and
 * the last of several values of an extension for the one.
 */
final class XmlBody {

    private static final String FHIR = "http://hl7.org/fhir";
    private static final Set<String> EXTENSIONS = Set.of("extension", "modifierExtension");
    private static final XMLInputFactory READERS = readers();

    private XmlBody() {}

    /**
     * Checks a body.
     *
     * @throws InvalidRequestException (400) if something in it would be read as what it is not, or be lost
     */
    static void check(byte[] body) {
        try {
            XMLStreamReader reader = READERS.createXMLStreamReader(new ByteArrayInputStream(body));
            Deque<Element> open = new ArrayDeque<>();
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (open.isEmpty()) {
                        requireFhir(reader);
                    }
                    requireOneValue(open.peek(), reader.getLocalName());
                    open.push(new Element(reader.getLocalName()));
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    open.pop();
                }
            }
        } catch (XMLStreamException e) {
            // HAPI finds the same mistake when it reads the resource, and has the better words for it.
        }
    }

    private static void requireFhir(XMLStreamReader reader) {
        if (!FHIR.equals(reader.getNamespaceURI())) {
            throw new InvalidRequestException("The element '" + reader.getLocalName() + "' is none of FHIR's: write <"
                    + reader.getLocalName() + " xmlns=\"" + FHIR + "\">");
        }
    }

    private static void requireOneValue(@Nullable Element parent, String name) {
        if (parent != null && EXTENSIONS.contains(parent.name) && name.startsWith("value")) {
            if (parent.hasValue) {
                throw new InvalidRequestException("An extension has more than one value; it may have one");
            }
            parent.hasValue = true;
        }
    }

    private static XMLInputFactory readers() {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private static final class Element {

        private final String name;
        private boolean hasValue;

        Element(String name) {
            this.name = name;
        }
    }
}
