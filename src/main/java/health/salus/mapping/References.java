package health.salus.mapping;

import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

import java.util.Optional;

/** References between the resources of one message. */
final class References {

    private References() {}

    /**
     * {@code reference(specimen)}: the resources that a rule of this name made in the same surroundings. A result refers to
     * the specimens of its order, an order to the patient around it and to the results inside it.
     */
    static Expression reference(Arguments arguments) {
        String name = arguments.count(1, 1).text(0);
        GroupRule target = arguments.resource(0);
        GroupRule common = arguments.group().commonWith(target);
        return Expression.of(
                Reference.class,
                scope -> Optional.ofNullable(scope.group().enclosing(common)).stream()
                        .flatMap(surroundings -> surroundings.within(target))
                        .flatMap(group -> scope.run().find(name, group).stream())
                        .map(Entry::fullUrl)
                        .distinct()
                        .map(Reference::new)
                        .toList());
    }

    /**
     * {@code logical(Encounter, identifier(PV1-19))}: a reference to something that another message tells of, by its
     * identifier alone, so that it does not matter whether the store has it yet.
     */
    static Expression logical(Arguments arguments) {
        String type = arguments.count(2, 2).text(0);
        Expression identifier = arguments.call(1);
        return Expression.of(
                Reference.class,
                scope -> identifier.values(scope).stream()
                        .filter(Identifier.class::isInstance)
                        .map(it -> new Reference().setType(type).setIdentifier((Identifier) it))
                        .toList());
    }
}
