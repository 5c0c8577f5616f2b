package health.salus.blob;

/** What can be done with the bytes of a blob now. */
public enum BlobState {

    /** They can be read. */
    STORED,

    /** They lie in an archive; they can be read after a restore, which takes minutes to hours. */
    ARCHIVED,

    /** A restore from the archive is under way. */
    RESTORING,

    /** They are kept, but nobody gets them: the scanner has found something in them. */
    QUARANTINED,

    /** The store has lost them, or what it gave back was not what was stored. */
    MISSING
}
