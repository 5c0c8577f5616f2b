package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;

import java.util.List;

/** What gives values for an element. */
interface ValueRule {

    /** Deletes what the store has, as the sender's explicit null does. */
    ValueRule DELETE = scope -> {
        scope.run().noteDeletion();
        return List.of();
    };

    List<? extends Base> values(Scope scope);
}
