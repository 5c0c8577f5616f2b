package health.salus.blob;

/** What can be done with the bytes of a blob now. */
public enum BlobState {

    /** They can be read. */
    STORED,

    /** They wait for the scanner, which did not answer when they came or was not there yet. */
    UNSCANNED,

    /** They are kept, but nobody gets them: a scanner has found something in them. */
    INFECTED,

    /** They lie in an archive; they can be read after a restore, which takes minutes to hours. */
    ARCHIVED,

    /** A restore from the archive is under way. */
    RESTORING,

    /** They are kept, but nobody gets them: they are not what was stored. */
    QUARANTINED,

    /** The store has lost them, or some of them. */
    MISSING
}
