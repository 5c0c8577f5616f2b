package health.salus.smart;

import java.util.List;

/**
 * Somebody who comes with a token, whoever has issued it.
 *
 * @param tenant    whose data it is for
 * @param subject   names the person where a test needs the same one again; null for one who is known by the rest
 * @param fhirUser  the resource that the person is, or null
 * @param patient   id of the Patient in context, or null
 * @param clearance restricted labels that the person may see
 * @param client    the app; a program has one of its own
 * @param scope     what was granted
 */
record Bearer(
        Role role,
        String tenant,
        String subject,
        String fhirUser,
        String patient,
        List<String> clearance,
        String client,
        String scope) {

    static final String APP = "an-app";

    static Bearer of(Role role, String patient, String scope) {
        return new Bearer(role, "default", null, null, patient, List.of(), APP, scope);
    }

    Bearer in(String tenant) {
        return new Bearer(role, tenant, subject, fhirUser, patient, clearance, client, scope);
    }

    Bearer named(String subject) {
        return new Bearer(role, tenant, subject, fhirUser, patient, clearance, client, scope);
    }

    Bearer being(String fhirUser) {
        return new Bearer(role, tenant, subject, fhirUser, patient, clearance, client, scope);
    }

    Bearer clearedFor(List<String> labels) {
        return new Bearer(role, tenant, subject, fhirUser, patient, labels, client, scope);
    }

    Bearer with(String client) {
        return new Bearer(role, tenant, subject, fhirUser, patient, clearance, client, scope);
    }
}
