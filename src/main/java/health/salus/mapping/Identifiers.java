package health.salus.mapping;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Identifiers: those that a sender assigned, and those that are made of several fields where it assigned none. */
final class Identifiers {

    private static final Set<String> BARE = Set.of("ST", "NM", "ID", "IS", "SI");
    private static final Set<String> TYPES = Set.of("CX", "EI", "XON", "ST", "NM", "ID", "IS", "SI");
    private static final int LONGEST_KEY = 180;

    private Identifiers() {}

    /**
     * {@code identifier(PID-3)}, {@code identifier(OBR-2, PLAC)}: CX, EI or XON, or a bare number, with a type code where the
     * field has none.
     */
    static Expression identifier(Arguments arguments) {
        Source source = arguments.count(1, 2).source(0, TYPES);
        String kind = arguments.optionalText(1).orElse("");
        if (BARE.contains(source.dataType())) {
            return Expression.each(
                    Identifier.class,
                    source,
                    (value, scope) ->
                            identifier(value.text(), scope.namespaces().local(kind), kind));
        }
        return Expression.each(Identifier.class, source, (value, scope) -> switch (source.dataType()) {
            case "CX" -> fromCx(value, kind, scope.namespaces()).map(it -> valid(it, value, scope));
            case "XON" -> Parties.organizationIdentifier(value, scope);
            default -> fromEi(value, kind, scope.namespaces());
        });
    }

    private static Identifier valid(Identifier identifier, V2Value value, Scope scope) {
        Times.openPeriod(value.part(7), value.part(8), scope).ifPresent(identifier::setPeriod);
        return identifier;
    }

    /**
     * {@code key(report, OBR-3, OBR-4.1)}: one identifier made of several values, in a system of the sender. The first
     * must be valued, the others may be empty.
     */
    static Expression key(Arguments arguments) {
        String kind = arguments.count(2, 9).text(0);
        List<Source> parts = new ArrayList<>();
        for (int index = 1; index < arguments.count(); index++) {
            parts.add(arguments.source(index));
        }
        return Expression.of(Identifier.class, scope -> {
            if (parts.get(0).first(scope).isEmpty()) {
                return List.of();
            }
            List<String> texts =
                    parts.stream().map(part -> keyPart(part.first(scope))).toList();
            return List.of(new Identifier()
                    .setSystem(scope.namespaces().local(kind))
                    .setValue(shortened(String.join("/", texts))));
        });
    }

    /** Returns the first identifier with the first type code that occurs at all, else the first identifier. */
    static Optional<V2Value> pick(List<V2Value> values, List<String> types) {
        List<V2Value> valued =
                values.stream().filter(it -> it.part(1).isValued()).toList();
        return types.stream()
                .flatMap(type -> valued.stream().filter(it -> it.part(5).text().equals(type)))
                .findFirst()
                .or(() -> valued.stream().findFirst());
    }

    static Optional<Identifier> fromCx(V2Value value, String kind, Namespaces namespaces) {
        V2Value authority = value.part(4);
        String type = value.part(5).text();
        String typeOrKind = type.isEmpty() ? kind : type;
        String system = namespaces.ofAuthority(
                authority.part(1).text(),
                authority.part(2).text(),
                authority.part(3).text(),
                typeOrKind);
        String assigner = authority.part(1).isValued()
                ? authority.part(1).text()
                : value.part(6).part(1).text();
        return identifier(value.part(1).text(), system, typeOrKind).map(it -> assigned(it, assigner));
    }

    /** Keeps the name of the authority, where the system does not. */
    static Identifier assigned(Identifier identifier, String assigner) {
        if (!assigner.isEmpty() && !identifier.getSystem().endsWith(":" + Namespaces.encode(assigner))) {
            identifier.setAssigner(new Reference().setDisplay(assigner));
        }
        return identifier;
    }

    private static Optional<Identifier> fromEi(V2Value value, String kind, Namespaces namespaces) {
        String system = namespaces.ofAuthority(
                value.part(2).text(), value.part(3).text(), value.part(4).text(), kind);
        return identifier(value.part(1).text(), system, kind)
                .map(it -> assigned(it, value.part(2).text()));
    }

    private static Optional<Identifier> identifier(String value, String system, String type) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Identifier identifier = new Identifier().setSystem(system).setValue(value);
        if (!type.isEmpty()) {
            identifier.setType(new CodeableConcept(
                    new Coding().setSystem(Namespaces.ofTable("0203")).setCode(type)));
        }
        return Optional.of(identifier);
    }

    /** Keeps a key within the 200 characters by which the store can find it, with room for a number behind it. */
    private static String shortened(String key) {
        if (key.length() <= LONGEST_KEY) {
            return key;
        }
        String digest = Digests.sha256(key.getBytes(StandardCharsets.UTF_8));
        return key.substring(0, LONGEST_KEY - digest.length()) + digest;
    }

    private static String keyPart(Optional<V2Value> value) {
        // The separator is escaped inside a part, so that no two different lists of parts make the same key.
        return value.map(it -> it.whole().strip().replace("%", "%25").replace("/", "%2F"))
                .orElse("");
    }
}
