package health.salus.mapping;

import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import static java.util.stream.Collectors.joining;

/**
 * Who ordered, performed or interpreted something.
 *
 * <p>A reference holds the identifier and the name as they were sent and points to no resource: a result message knows too
 * little of a clinician to be the source of one.
 */
final class Parties {

    private Parties() {}

    /** {@code person(OBR-16)}: XCN, or CNN as in {@code OBR-32.1}. */
    static Expression person(Arguments arguments) {
        Source source = arguments.count(1, 1).source(0, Set.of("XCN", "CNN"));
        boolean flat = source.dataType().equals("CNN");
        return Expression.each(Reference.class, source, (value, scope) -> toPerson(value, flat, scope));
    }

    static Optional<Reference> toPerson(V2Value value, boolean flat, Scope scope) {
        return party("Practitioner", personIdentifier(value, flat, scope), personName(value));
    }

    /** {@code organization(OBX-23)}, {@code organization(IN1-4, IN1-3)}: XON, and its number, CX, where it has none. */
    static Expression organization(Arguments arguments) {
        Source organizations = arguments.count(1, 2).source(0, Set.of("XON", "IS"));
        Optional<Source> numbers =
                arguments.count() == 2 ? Optional.of(arguments.source(1, Set.of("CX"))) : Optional.empty();
        return Expression.each(
                Reference.class,
                organizations,
                (value, scope) -> party(
                        "Organization",
                        organizationIdentifier(value, scope)
                                .or(() -> numbers.flatMap(it -> it.first(scope))
                                        .flatMap(it -> Identifiers.fromCx(it, "XX", scope.namespaces()))),
                        value.part(1).text()));
    }

    /** {@code producer(OBX-15)}: an organization that was sent as a code, CE or CWE. */
    static Expression producer(Arguments arguments) {
        return coded("Organization", arguments);
    }

    /** {@code device(AIG-3)}: a device that was sent as a code, CE or CWE. */
    static Expression device(Arguments arguments) {
        return coded("Device", arguments);
    }

    private static Expression coded(String type, Arguments arguments) {
        return Expression.each(
                Reference.class,
                arguments.count(1, 1).source(0, Set.of("CE", "CWE")),
                (value, scope) -> party(
                        type,
                        Optional.of(value.part(1))
                                .filter(V2Value::isValued)
                                .map(code -> new Identifier()
                                        .setSystem(scope.namespaces()
                                                .ofCodingSystem(value.part(3).text()))
                                        .setValue(code.text())),
                        value.part(2).text()));
    }

    private static Optional<Reference> party(String type, Optional<Identifier> identifier, String display) {
        if (identifier.isEmpty() && display.isEmpty()) {
            return Optional.empty();
        }
        Reference reference = new Reference().setType(type);
        identifier.ifPresent(reference::setIdentifier);
        if (!display.isEmpty()) {
            reference.setDisplay(display);
        }
        return Optional.of(reference);
    }

    private static Optional<Identifier> personIdentifier(V2Value person, boolean flat, Scope scope) {
        // XCN holds the authority in one component, CNN spreads it over three.
        V2Value authority = person.part(9);
        return flat
                ? identifier(person.part(1), person.part(9), person.part(10), person.part(11), "", scope)
                : identifier(
                        person.part(1),
                        authority.part(1),
                        authority.part(2),
                        authority.part(3),
                        person.part(13).text(),
                        scope);
    }

    static Optional<Identifier> organizationIdentifier(V2Value organization, Scope scope) {
        // XON-10 took over from the numeric XON-3 in version 2.5.
        V2Value value = organization.part(10).isValued() ? organization.part(10) : organization.part(3);
        V2Value authority = organization.part(6);
        return identifier(
                value,
                authority.part(1),
                authority.part(2),
                authority.part(3),
                organization.part(7).text(),
                scope);
    }

    private static Optional<Identifier> identifier(
            V2Value value, V2Value namespace, V2Value universalId, V2Value universalIdType, String kind, Scope scope) {
        if (!value.isValued()) {
            return Optional.empty();
        }
        String system =
                scope.namespaces().ofAuthority(namespace.text(), universalId.text(), universalIdType.text(), kind);
        return Optional.of(
                Identifiers.assigned(new Identifier().setSystem(system).setValue(value.text()), namespace.text()));
    }

    private static String personName(V2Value person) {
        Stream<V2Value> parts = List.of(6, 3, 4, 2, 5, 7, 21).stream().map(person::part);
        return parts.map(V2Value::text).filter(text -> !text.isEmpty()).collect(joining(" "));
    }
}
