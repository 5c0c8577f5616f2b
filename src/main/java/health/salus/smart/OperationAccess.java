package health.salus.smart;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may call which FHIR operation. One that does not stand here is refused to everybody.
 *
 * @param name       the operation with its dollar sign
 * @param level      what it is called on
 * @param types      the resource types it may be called on, empty for any
 * @param permission what a caller must be allowed to do with that type
 * @param ofOneRecord what it is to a caller who sees nothing but one record
 */
record OperationAccess(String name, Level level, Set<String> types, Permission permission, OfOneRecord ofOneRecord) {

    /** What an operation is called on. */
    enum Level {
        SERVER,
        TYPE,
        INSTANCE
    }

    /** What an operation is to a caller who sees nothing but the record of one patient. */
    enum OfOneRecord {
        REFUSED,
        /** It may be called on that patient. */
        ON_THE_PATIENT,
        /** It may be called, and finds nothing but what a read would find. */
        READS_AS_CALLER,
        /** Refused, as to practitioners; the operation itself looks at the {@link BulkRights} of each type. */
        REFUSED_BUT_IN_BULK
    }

    private static final List<OperationAccess> ALLOWED = List.of(
            new OperationAccess(
                    "$everything", Level.INSTANCE, Set.of("Patient"), Permission.READ, OfOneRecord.ON_THE_PATIENT),
            new OperationAccess(
                    "$everything", Level.INSTANCE, Set.of("Encounter"), Permission.READ, OfOneRecord.READS_AS_CALLER),
            new OperationAccess("$everything", Level.INSTANCE, Set.of("Group"), Permission.READ, OfOneRecord.REFUSED),
            new OperationAccess(
                    "$lastn", Level.TYPE, Set.of("Observation"), Permission.SEARCH, OfOneRecord.READS_AS_CALLER),
            new OperationAccess(
                    "$stats", Level.TYPE, Set.of("Observation"), Permission.SEARCH, OfOneRecord.READS_AS_CALLER),
            new OperationAccess(
                    "$binary-access-read", Level.INSTANCE, Set.of(), Permission.READ, OfOneRecord.READS_AS_CALLER),
            inTenant("$binary-access-write", Level.INSTANCE, Permission.UPDATE),
            ofBinary("$start-upload", Level.TYPE, Permission.CREATE),
            ofBinary("$complete-upload", Level.TYPE, Permission.CREATE),
            // Whose bytes they are is seen when they are found, as with a read of a Binary.
            new OperationAccess(
                    "$download-url", Level.INSTANCE, Set.of("Binary"), Permission.READ, OfOneRecord.READS_AS_CALLER),
            // So it is here; and who may read something may wait for it.
            new OperationAccess(
                    "$restore", Level.INSTANCE, Set.of("Binary"), Permission.READ, OfOneRecord.READS_AS_CALLER),
            // A search of the types that the caller may search, narrowed like any other.
            new OperationAccess(
                    "$docref", Level.TYPE, Set.of("DocumentReference"), Permission.SEARCH, OfOneRecord.READS_AS_CALLER),
            // Each read and search in the query is one of its caller's, and finds nothing else.
            new OperationAccess("$graphql", Level.SERVER, Set.of(), Permission.READ, OfOneRecord.READS_AS_CALLER),
            new OperationAccess("$graphql", Level.INSTANCE, Set.of(), Permission.READ, OfOneRecord.READS_AS_CALLER),
            inBulk("$export", Level.SERVER, ""),
            inBulk("$export", Level.TYPE, "Patient"),
            inBulk("$export", Level.INSTANCE, "Group"),
            inBulk("$import", Level.SERVER, ""),
            inBulk("$bulk-status", Level.SERVER, ""),
            inBulk("$bulk-file", Level.SERVER, ""),
            inTenant("$validate", Level.TYPE, Permission.READ),
            inTenant("$meta", Level.INSTANCE, Permission.READ));

    // They read or change more than one caller's share, or nobody has decided yet who should have them; $meta-add and
    // $meta-delete write where HAPI does not read, since tags are part of the resource (ADR 3).
    private static final Set<String> REFUSED = Set.of(
            "$document",
            "$expunge",
            "$get-resource-counts",
            "$hapi.fhir.merge",
            "$hapi.fhir.undo-merge",
            "$lookup",
            "$mark-all-resources-for-reindexing",
            "$meta-add",
            "$meta-delete",
            "$perform-reindexing-pass",
            "$reindex-terminology",
            "$snapshot",
            "$subsumes",
            "$translate",
            "$validate-code");

    /** Tells whether somebody has decided who may call the operations of this name. */
    static boolean isDecided(String name) {
        return REFUSED.contains(name) || ALLOWED.stream().anyMatch(entry -> entry.name.equals(name));
    }

    /** Finds the entry for a call, or nothing if nobody may make it. */
    static Optional<OperationAccess> find(String name, Level level, String type) {
        return ALLOWED.stream()
                .filter(entry -> entry.name.equals(name) && entry.level == level)
                .filter(entry -> entry.types.isEmpty() || entry.types.contains(type))
                .findFirst();
    }

    private static OperationAccess inTenant(String name, Level level, Permission permission) {
        return new OperationAccess(name, level, Set.of(), permission, OfOneRecord.REFUSED);
    }

    private static OperationAccess inBulk(String name, Level level, String type) {
        return new OperationAccess(name, level, Set.of(type), Permission.READ, OfOneRecord.REFUSED_BUT_IN_BULK);
    }

    private static OperationAccess ofBinary(String name, Level level, Permission permission) {
        return new OperationAccess(name, level, Set.of("Binary"), permission, OfOneRecord.REFUSED);
    }
}
