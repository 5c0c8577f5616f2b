package health.salus.bulk;

import java.util.Arrays;
import java.util.Optional;

/**
 * What an export holds about the resources in it, beside what was asked for; each value returns more than the one before.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters">Bulk Data Access 2.0, includeAssociatedData</a>
 */
enum AssociatedData {
    NONE(""),
    /** Of each exported resource the Provenance that was recorded last, and no other. */
    LATEST_PROVENANCE("LatestProvenanceResources"),
    /** Of each exported resource every Provenance. */
    RELEVANT_PROVENANCE("RelevantProvenanceResources");

    static final String PROVENANCE = "Provenance";

    private final String word;

    AssociatedData(String word) {
        this.word = word;
    }

    /** Finds what a client means by a word, or nothing if this server has no such data. */
    static Optional<AssociatedData> of(String word) {
        return Arrays.stream(values())
                .filter(it -> it != NONE && it.word.equals(word))
                .findFirst();
    }
}
