package health.salus.smart;

import ca.uhn.fhir.rest.api.server.RequestDetails;

/**
 * What a caller may do with all resources of a type at once, whomever they are about. Only programs and administrators can do
 * anything in bulk; people who care for patients, and patients, read record by record.
 */
public final class BulkRights {

    private final AccessRights rights;
    private final boolean allowed;

    private BulkRights(AccessRights rights, boolean allowed) {
        this.rights = rights;
        this.allowed = allowed;
    }

    /** Returns the rights of whoever makes a request of the FHIR API. */
    public static BulkRights of(RequestDetails request) {
        return new BulkRights(AccessRights.of(request).orElseThrow(), mayWork(request));
    }

    /** Tells whether the caller of a request may do anything in bulk. */
    static boolean mayWork(RequestDetails request) {
        return SmartPrincipal.of(request)
                .filter(caller -> caller.role() == Role.SYSTEM || caller.role() == Role.ADMIN)
                .isPresent();
    }

    /**
     * Tells whether every resource of this type may be taken out. That is not so while a consent, a label or the parameter
     * of a scope keeps some of them from the caller.
     */
    public boolean mayExport(String type) {
        return allowed && rights.inTenant(type, Permission.READ) && rights.inTenant(type, Permission.SEARCH);
    }

    /** Tells whether resources of this type may be brought in, under ids that may be there already. */
    public boolean mayImport(String type) {
        return allowed && rights.inTenant(type, Permission.CREATE) && rights.inTenant(type, Permission.UPDATE);
    }

    /** Tells whether a search may ask about other types than the one that it finds. */
    public boolean maySearchEverything() {
        return allowed && rights.seesWholeTenant();
    }
}
