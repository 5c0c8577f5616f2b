package health.salus.smart;

import health.salus.tenant.TenantId;

/**
 * What a person at the login is about to give to an app.
 *
 * @param user    the person
 * @param tenant  whose data it is about
 * @param scopes  what the app asks for
 * @param context what the EHR has open, if an EHR starts the app
 */
record RequestedLaunch(SmartUser user, TenantId tenant, SmartScopes scopes, LaunchContext context) {

    /** Tells whether the person must say which patient it is about, since nothing else does. */
    boolean needsPick() {
        return scopes.needsPatient() && context.patient() == null && user.patient() == null;
    }

    /** Tells whether the person may open records at all beside their own. */
    boolean mayPick() {
        return user.role() == Role.ADMIN || user.role() == Role.PRACTITIONER;
    }

    /** Tells whether it is about somebody else's record, which a patient may not open whoever starts the app. */
    boolean opensAnothersRecord() {
        return user.role() == Role.PATIENT
                && context.patient() != null
                && !context.patient().equals(user.patient());
    }
}
