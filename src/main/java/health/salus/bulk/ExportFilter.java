package health.salus.bulk;

import health.salus.fhir.StoredVersion;
import health.salus.tenant.TenantId;

/**
 * Takes resources out of exports that their client must not see, although its scopes cover their type: by the consent of the
 * patient, by a label. Every bean of this type is asked about every resource, and one that is not sure is enough to leave it
 * out.
 */
public interface ExportFilter {

    /** What a filter says about a resource. */
    enum Verdict {
        SHOW,
        HIDE,
        /** It cannot be told; the resource stays out. */
        UNDECIDED
    }

    /**
     * Decides about one version. What it throws counts as {@link Verdict#UNDECIDED}.
     *
     * @param tenant   whose data
     * @param client   id of the client that gets the export
     * @param resource the version, with its text as it is stored
     */
    Verdict judge(TenantId tenant, String client, StoredVersion resource);
}
