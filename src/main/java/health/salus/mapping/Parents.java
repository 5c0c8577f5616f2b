package health.salus.mapping;

import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Results that follow from another result: the susceptibilities of a cultured organism.
 *
 * @see <a href="http://www.hl7.eu/HL7v2x/v251/std251/ch07.html">HL7 v2.5.1, 7.4.1.26 OBR-26 and 7.4.1.29 OBR-29</a>
 */
final class Parents {

    private Parents() {}

    /**
     * {@code parent(observation, OBR-29, OBR-26)}: the result that OBR-26 names by its code and sub-id in the order that
     * OBR-29 names by its number. Where the message does not hold it, the reference names the order by its identifier.
     */
    static Expression parent(Arguments arguments) {
        String rule = arguments.count(3, 3).text(0);
        arguments.resource(0);
        Source order = arguments.source(1, Set.of("EIP"));
        Source result = arguments.source(2, Set.of("PRL"));
        return Expression.of(
                Reference.class,
                scope -> order
                        .first(scope)
                        .flatMap(number -> find(rule, number, result.first(scope), scope)
                                .or(() -> logical(number, result.first(scope), scope)))
                        .stream()
                        .toList());
    }

    private static Optional<Reference> find(String rule, V2Value order, Optional<V2Value> result, Scope scope) {
        return result.flatMap(wanted -> scope.run().all(rule).entrySet().stream()
                .filter(candidate -> isOfOrder(candidate.getKey(), order) && isResult(candidate.getKey(), wanted))
                .map(candidate -> new Reference(candidate.getValue().fullUrl()))
                .findFirst());
    }

    private static boolean isOfOrder(SegmentGroup group, V2Value wanted) {
        return same(group.nearest("OBR", 2), wanted.part(1)) || same(group.nearest("OBR", 3), wanted.part(2));
    }

    private static boolean isResult(SegmentGroup group, V2Value wanted) {
        V2Value code = wanted.part(1);
        List<V2Value> subId = group.nearest("OBX", 4);
        return same(group.nearest("OBX", 3), code) && (!wanted.part(2).isValued() || same(subId, wanted.part(2)));
    }

    private static boolean same(List<V2Value> present, V2Value wanted) {
        return wanted.isValued() && present.stream().anyMatch(it -> it.text().equals(wanted.text()));
    }

    private static Optional<Reference> logical(V2Value order, Optional<V2Value> result, Scope scope) {
        V2Value number = order.part(2).isValued() ? order.part(2) : order.part(1);
        String kind = order.part(2).isValued() ? "FILL" : "PLAC";
        if (!number.isValued()) {
            return Optional.empty();
        }
        String system = scope.namespaces()
                .ofAuthority(
                        number.part(2).text(),
                        number.part(3).text(),
                        number.part(4).text(),
                        kind);
        Reference reference =
                new Reference().setIdentifier(new Identifier().setSystem(system).setValue(number.text()));
        result.map(it -> it.part(3)).filter(V2Value::isValued).ifPresent(it -> reference.setDisplay(it.whole()));
        return Optional.of(reference);
    }
}
