package health.salus.mapping;

import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.model.Composite;
import ca.uhn.hl7v2.model.Group;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.model.Type;
import ca.uhn.hl7v2.model.primitive.ID;
import ca.uhn.hl7v2.model.primitive.IS;
import ca.uhn.hl7v2.model.v251.message.ORU_R01;
import ca.uhn.hl7v2.parser.DefaultModelClassFactory;
import ca.uhn.hl7v2.parser.ModelClassFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What HL7 v2.5.1, and for additions v2.9, says about a path: whether it exists and which data type it has. Mappings are checked against it when
 * they are loaded; messages are not, so that any version can be read.
 */
final class V2Dictionary {

    /** The data type of fields that carry any type, were withdrawn or are local. */
    static final String ANY = "UNKNOWN";

    private static final String VERSION = "2.5.1";

    // What versions 2.6 to 2.9 added and rules may read: the last field of the segments that grew, and new segments.
    private static final Map<String, Integer> LATER = Map.ofEntries(
            Map.entry("MSH", 28),
            Map.entry("PID", 40),
            Map.entry("PV1", 54),
            Map.entry("NK1", 41),
            Map.entry("ORC", 38),
            Map.entry("OBR", 55),
            Map.entry("OBX", 33),
            Map.entry("SPM", 35),
            Map.entry("NTE", 9),
            Map.entry("DG1", 26),
            Map.entry("AL1", 6),
            Map.entry("PR1", 25),
            Map.entry("RXA", 29),
            Map.entry("TXA", 28),
            Map.entry("SCH", 27),
            Map.entry("UAC", 2),
            Map.entry("CDO", 4),
            Map.entry("CON", 25),
            Map.entry("PRT", 27),
            Map.entry("ARV", 6));

    private final ModelClassFactory factory = new DefaultModelClassFactory();
    // Making one takes far longer than asking it, and there are a thousand questions.
    private final ORU_R01 message = new ORU_R01(factory);
    private final Map<String, Optional<Segment>> segments = new HashMap<>();

    boolean knowsSegment(String name) {
        return name.startsWith("Z") || LATER.containsKey(name) || known(name).isPresent();
    }

    /** Returns the data type of a path, such as {@code CX}, or nothing if the version has no such path. */
    Optional<String> dataType(V2Path path) {
        if (path.segment().startsWith("Z")) {
            return Optional.of(ANY);
        }
        Optional<Type> field = field(path);
        if (field.isEmpty() && path.field() <= LATER.getOrDefault(path.segment(), 0)) {
            return Optional.of(ANY);
        }
        return field.flatMap(it -> part(it, path.component()))
                .flatMap(component -> part(component, path.subcomponent()))
                .map(Type::getName);
    }

    /** Returns the number of the table that a coded field takes its values from, as in {@code 0074}. */
    Optional<String> table(V2Path path) {
        return field(path).map(V2Dictionary::tableNumber).filter(it -> it > 0).map("%04d"::formatted);
    }

    private Optional<Type> field(V2Path path) {
        return known(path.segment())
                .filter(it -> path.field() <= it.numFields())
                .map(it -> {
                    try {
                        return it.getField(path.field(), 0);
                    } catch (HL7Exception broken) {
                        throw new IllegalStateException("The HL7 v2 dictionary cannot be read", broken);
                    }
                });
    }

    private Optional<Segment> known(String name) {
        return segments.computeIfAbsent(name, this::segment);
    }

    private Optional<Segment> segment(String name) {
        return segmentClass(name).map(type -> {
            try {
                return type.getConstructor(Group.class, ModelClassFactory.class).newInstance(message, factory);
            } catch (ReflectiveOperationException broken) {
                throw new IllegalStateException("The HL7 v2 dictionary cannot be read", broken);
            }
        });
    }

    private static Optional<Type> part(Type whole, int number) {
        // Parts of what has no fixed type are as good as any; the first part of a simple value is the value itself.
        if (number == V2Path.WHOLE || whole.getName().equals(ANY)) {
            return Optional.of(whole);
        }
        if (whole instanceof Composite composite) {
            return number <= composite.getComponents().length
                    ? Optional.of(composite.getComponents()[number - 1])
                    : Optional.empty();
        }
        return number == 1 ? Optional.of(whole) : Optional.empty();
    }

    private static int tableNumber(Type field) {
        if (field instanceof ID id) {
            return id.getTable();
        }
        return field instanceof IS is ? is.getTable() : 0;
    }

    private Optional<Class<? extends Segment>> segmentClass(String name) {
        try {
            return Optional.ofNullable(factory.getSegmentClass(name, VERSION));
        } catch (HL7Exception broken) {
            throw new IllegalStateException("The HL7 v2 dictionary cannot be read", broken);
        }
    }
}
