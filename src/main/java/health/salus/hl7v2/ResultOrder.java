package health.salus.hl7v2;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;

/**
 * Decides whether what a message says of a resource is older than what the store has, whichever came first.
 *
 * <p>How final a result is counts before the clocks: a preliminary result never replaces a final one, because clocks and
 * interface engines that send again what they have sent are wrong more often than a laboratory takes a final result back
 * to preliminary. Between results that are equally final the time of the result counts, then the time of the message.
 */
final class ResultOrder {

    private static final int FINAL = 2;
    private static final Set<String> VOID = Set.of("entered-in-error", "cancelled");

    private ResultOrder() {}

    /**
     * Tells whether the store's version has to stay.
     *
     * @param last the message that the store's version was written from; null if it came from elsewhere
     */
    static boolean isOutdated(Resource stored, Resource incoming, @Nullable WrittenFrom last, SentMessage message) {
        if (last != null && last.messageId() == message.id()) {
            return false;
        }
        boolean sentLater = last == null || message.isLaterThan(last);
        int before = finality(status(stored));
        int now = finality(status(incoming));
        if (before >= FINAL && now < before && VOID.contains(status(stored))) {
            return !sentLater;
        }
        if (before >= FINAL && now < FINAL) {
            return true;
        }
        int issued = compareIssued(stored, incoming);
        if (issued != 0) {
            return issued < 0 && !(now > before && sentLater);
        }
        return now < before || now == before && !sentLater;
    }

    /** Orders the codes of Observation.status and DiagnosticReport.status; other resources are all alike. */
    private static int finality(String status) {
        return switch (status) {
            case "registered" -> 0;
            case "partial", "preliminary" -> 1;
            case "amended", "corrected", "appended", "entered-in-error" -> 3;
            default -> FINAL;
        };
    }

    private static int compareIssued(Resource stored, Resource incoming) {
        Optional<InstantType> before = value(stored, "issued", InstantType.class);
        Optional<InstantType> now = value(incoming, "issued", InstantType.class);
        return before.isPresent() && now.isPresent()
                ? now.get().getValue().compareTo(before.get().getValue())
                : 0;
    }

    private static String status(Resource resource) {
        boolean result = Set.of("Observation", "DiagnosticReport").contains(resource.fhirType());
        return result
                ? value(resource, "status", Base.class)
                        .map(Base::primitiveValue)
                        .orElse("")
                : "";
    }

    private static <T extends Base> Optional<T> value(Resource resource, String name, Class<T> type) {
        Property property = resource.getNamedProperty(name);
        return Optional.ofNullable(property)
                .filter(Property::hasValues)
                .map(it -> it.getValues().get(0))
                .filter(type::isInstance)
                .map(type::cast);
    }
}
