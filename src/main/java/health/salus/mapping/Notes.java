package health.salus.mapping;

import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Extension;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Comments with what their segments say about them.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v28/std28/ch02.html">HL7 v2.8, 2.14.10 NTE</a>
 */
final class Notes {

    private static final String TYPE = "http://hl7.org/fhir/StructureDefinition/annotationType";

    private Notes() {}

    /** Makes one annotation of the lines that have the same author, time and kind, in the order of their first lines. */
    static List<Annotation> annotations(List<V2Value> lines, Scope scope) {
        Map<String, List<V2Value>> byHead = new LinkedHashMap<>();
        lines.forEach(line ->
                byHead.computeIfAbsent(headOf(line), head -> new ArrayList<>()).add(line));
        return byHead.values().stream()
                .flatMap(together -> Texts.joined(together).stream()
                        .map(text -> about(together.get(0), scope).setText(text)))
                .toList();
    }

    private static String headOf(V2Value line) {
        if (!isNote(line)) {
            return "";
        }
        StringBuilder head = new StringBuilder();
        for (int field = 4; field <= 6; field++) {
            line.segment()
                    .field(field)
                    .forEach(value -> head.append(value.whole()).append('\0'));
            head.append('\1');
        }
        return head.toString();
    }

    private static Annotation about(V2Value line, Scope scope) {
        Annotation annotation = new Annotation();
        if (!isNote(line)) {
            return annotation;
        }
        first(line, 4)
                .flatMap(it -> Concepts.fromTriples(it, scope))
                .ifPresent(kind -> annotation.addExtension(new Extension(TYPE, kind)));
        first(line, 5).flatMap(it -> Parties.toPerson(it, false, scope)).ifPresent(annotation::setAuthor);
        first(line, 6).flatMap(it -> Times.toDateTime(it, scope)).ifPresent(annotation::setTimeElement);
        return annotation;
    }

    private static Optional<V2Value> first(V2Value line, int field) {
        return line.segment().field(field).stream().findFirst();
    }

    private static boolean isNote(V2Value line) {
        return line.place().segment().equals("NTE");
    }
}
