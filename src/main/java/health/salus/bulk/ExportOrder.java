package health.salus.bulk;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an export shall hold.
 *
 * @param base     the FHIR base of the tenant without a slash at its end
 * @param level    whose resources
 * @param types    the FHIR resource types, in their order
 * @param since    only what was changed after this moment, or null
 * @param until    only what was changed before this moment, or null
 * @param filters  searches by type: what one of them finds is in; a type without searches is in whole
 * @param elements what is shown of each resource, {@code id} or {@code Patient.name}; everything if there are none
 * @param associated what is added about the resources
 * @param ignored  what was asked for and is left aside, in words for the client
 */
record ExportOrder(
        String base,
        Level level,
        List<String> types,
        @Nullable Instant since,
        @Nullable Instant until,
        Map<String, List<String>> filters,
        Set<String> elements,
        AssociatedData associated,
        List<String> ignored) {

    // An order that an earlier version has noted does not name it.
    ExportOrder {
        associated = associated == null ? AssociatedData.NONE : associated;
    }

    /** Tells whether a type is exported by what the others hold, and therefore after them. */
    boolean isAssociated(String type) {
        return associated != AssociatedData.NONE && type.equals(AssociatedData.PROVENANCE);
    }

    /** Whose resources are exported. */
    enum Level {
        /** All of the tenant. */
        SYSTEM,
        /** Those in the record of any patient. */
        ALL_PATIENTS,
        /** Those in the records of the patients in {@code salus_bulk_patient}. */
        SOME_PATIENTS
    }
}
