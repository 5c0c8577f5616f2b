package health.salus.fhir;

import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Observations by what they are measurements of: the codes that are asked about, in observations and in their components, and
 * in the place of a panel each code of its components and members.
 */
final class MeasuredCodes {

    private final List<Coding> asked;
    private final Map<String, MeasuredCode> byCode = new LinkedHashMap<>();

    MeasuredCodes(List<Coding> asked) {
        this.asked = asked;
        asked.forEach(coding -> of(new CodeableConcept(coding)));
    }

    /** Returns when an observation was made, the end of it; null if it does not say. */
    static @Nullable Instant time(Observation observation) {
        Type effective = observation.getEffective();
        Date time = null;
        if (effective instanceof BaseDateTimeType moment) {
            time = moment.getValue();
        } else if (effective instanceof Period period) {
            time = period.hasEnd() ? period.getEnd() : period.getStart();
        } else if (effective instanceof Timing timing) {
            time = timing.getEvent().stream()
                    .map(BaseDateTimeType::getValue)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }
        return time == null ? null : time.toInstant();
    }

    /** Returns the ids of the members of those that are panels of a code that is asked about. */
    List<String> members(Collection<Observation> observations) {
        return observations.stream()
                .filter(it -> match(it.getCode()).isPresent())
                .flatMap(it -> it.getHasMember().stream())
                .map(it -> new IdType(it.getReference()))
                .filter(it -> "Observation".equals(it.getResourceType()) && !it.hasBaseUrl())
                .map(IdType::getIdPart)
                .distinct()
                .toList();
    }

    /**
     * Takes the measurements of an observation.
     *
     * @param ofPanel whether it is the member of a panel, of which every code counts
     */
    void take(Observation observation, boolean ofPanel) {
        boolean all = ofPanel || match(observation.getCode()).isPresent();
        String id = observation.getIdElement().getIdPart();
        Instant time = time(observation);
        // What an extension that nobody here knows does to the value nobody here can say.
        boolean understood = !observation.hasModifierExtension();
        boolean isPanel = observation.hasComponent() || observation.hasHasMember();
        if (all && (observation.hasValue() || !isPanel)) {
            of(observation.getCode()).take(id, understood ? observation.getValue() : null, time);
        }
        List<ObservationComponentComponent> components = observation.getComponent();
        for (int index = 0; index < components.size(); index++) {
            ObservationComponentComponent component = components.get(index);
            if (all || match(component.getCode()).isPresent()) {
                boolean plain = understood && !component.hasModifierExtension();
                of(component.getCode()).take(id + "#" + index, plain ? component.getValue() : null, time);
            }
        }
    }

    /** Returns all codes of which there is something; one that is asked about and is only that of panels is left out. */
    List<MeasuredCode> codes() {
        List<MeasuredCode> found =
                byCode.values().stream().filter(it -> it.total() > 0).toList();
        return found.isEmpty() ? List.copyOf(byCode.values()) : found;
    }

    private MeasuredCode of(CodeableConcept code) {
        Coding coding = match(code).orElse(code.getCodingFirstRep());
        String key = coding.hasCode()
                ? Optional.ofNullable(coding.getSystem()).orElse("") + "|" + coding.getCode()
                : Optional.ofNullable(code.getText()).orElse("");
        return byCode.computeIfAbsent(
                key, it -> new MeasuredCode(coding.hasCode() ? new CodeableConcept(coding.copy()) : code.copy()));
    }

    private Optional<Coding> match(CodeableConcept code) {
        return asked.stream()
                .filter(wanted -> code.getCoding().stream()
                        .anyMatch(it -> wanted.getCode().equals(it.getCode())
                                && (!wanted.hasSystem() || wanted.getSystem().equals(it.getSystem()))))
                .findFirst();
    }
}
