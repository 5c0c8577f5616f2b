package health.salus.fhir;

import ca.uhn.fhir.model.primitive.XhtmlDt;
import org.hl7.fhir.utilities.Utilities;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * A narrative in its own words, https://hl7.org/fhir/R4/narrative.html#xhtml. HAPI writes {@code alt=""} as
 * {@code alt="null"}, and trims comments.
 */
final class Narration extends XhtmlNode {

    private final XhtmlNode narrative;

    Narration(XhtmlNode narrative) {
        super(NodeType.Element, "div");
        this.narrative = narrative;
    }

    @Override
    public boolean isEmpty() {
        return narrative.isEmpty();
    }

    @Override
    public String getValueAsString() {
        String stock = narrative.getValueAsString();
        if (stock == null || !isChanged(narrative)) {
            return stock;
        }
        StringBuilder text = new StringBuilder(stock.length());
        write(narrative, text);
        return XhtmlDt.preprocessXhtmlNamespaceDeclaration(text.toString());
    }

    @Override
    public String getValue() {
        return getValueAsString();
    }

    private static boolean isChanged(XhtmlNode node) {
        return node.getNodeType() == NodeType.Comment
                || (node.hasAttributes()
                        && node.getAttributes().values().stream().anyMatch(it -> it == null || it.isEmpty()))
                || (node.hasChildren() && node.getChildNodes().stream().anyMatch(Narration::isChanged));
    }

    private static void write(XhtmlNode node, StringBuilder text) {
        if (node.getNodeType() == NodeType.Comment) {
            text.append("<!--").append(node.getContent()).append("-->");
        } else if (node.getNodeType() == NodeType.Element) {
            writeElement(node, text);
        } else if (node.getContent() != null) {
            text.append(Utilities.escapeXml(node.getContent()));
        }
    }

    private static void writeElement(XhtmlNode node, StringBuilder text) {
        text.append('<').append(node.getName());
        if (node.hasAttributes()) {
            node.getAttributes()
                    .forEach((name, value) -> text.append(' ')
                            .append(name)
                            .append("=\"")
                            .append(value == null ? "" : Utilities.escapeXml(value))
                            .append('"'));
        }
        if (!node.hasChildren()) {
            text.append("/>");
            return;
        }
        text.append('>');
        node.getChildNodes().forEach(child -> write(child, text));
        text.append("</").append(node.getName()).append('>');
    }
}
