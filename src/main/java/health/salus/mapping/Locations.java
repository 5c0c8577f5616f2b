package health.salus.mapping;

import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import static java.util.stream.Collectors.joining;

/** Wards, rooms and beds. */
final class Locations {

    private static final Set<String> TYPES = Set.of("PL", "LA1", "LA2", "IS", "CWE");
    private static final int WARD = 1;
    private static final int ROOM = 2;
    private static final int BED = 3;
    private static final int FACILITY = 4;
    private static final int FLOOR = 8;
    private static final int DESCRIPTION = 9;

    private Locations() {}

    /**
     * {@code location(PV1-3)}: PL, or the bare code of a place, {@code location(PV1-37.1)}. The reference says where it is in words and by an identifier made of ward, room, bed,
     * facility, building and floor; it points to no resource, because a message knows nothing else of the place.
     */
    static Expression location(Arguments arguments) {
        return Expression.each(Reference.class, arguments.count(1, 1).source(0, TYPES), Locations::toReference);
    }

    private static Optional<Reference> toReference(V2Value value, Scope scope) {
        String words = parts(value, " ", FLOOR + 1);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String code = parts(value, "/", FLOOR);
        Reference reference = new Reference().setType("Location").setDisplay(words);
        if (!code.isEmpty()) {
            reference.setIdentifier(new Identifier()
                    .setSystem(scope.namespaces().local("location"))
                    .setValue(code));
        }
        return Optional.of(reference);
    }

    /** Puts the parts together from the largest to the smallest as they are spoken of: ward, room, bed, then the rest. */
    private static String parts(V2Value value, String separator, int last) {
        return IntStream.of(WARD, ROOM, BED, FACILITY, 7, FLOOR, DESCRIPTION)
                .filter(part -> part <= last)
                .mapToObj(value::part)
                .filter(V2Value::isValued)
                .map(V2Value::text)
                .collect(joining(separator));
    }
}
