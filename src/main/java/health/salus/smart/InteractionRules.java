package health.salus.smart;

import org.springframework.stereotype.Component;

/**
 * Which right each FHIR interaction takes.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources">
 *     SMART App Launch 2.2, scopes for requesting FHIR resources</a>
 */
@Component
class InteractionRules {

    private static final String BINARY = "Binary";

    /** Tells whether a caller may do this with some resource of the type; which ones, is decided when they are known. */
    boolean allow(AccessRights rights, Interaction interaction) {
        String type = interaction.type();
        return switch (interaction.kind()) {
            // The bytes of an attachment belong to the resource that refers to them, so they go by its type and not by
            // this one. A Binary that stands for itself is judged when it is found.
            case READ -> type.equals(BINARY) || rights.anywhere(type, Permission.READ);
            case VREAD, HISTORY_INSTANCE -> rights.anywhere(type, Permission.READ);
            case SEARCH_TYPE -> rights.anywhere(type, Permission.SEARCH);
            // What is kept from the caller is taken out of a history version by version, and its total with it.
            case HISTORY_TYPE -> rights.granted(type, Permission.SEARCH).isEverything();
            case HISTORY_SYSTEM ->
                rights.granted(ClinicalScope.ANY_TYPE, Permission.READ).isEverything()
                        && rights.granted(ClinicalScope.ANY_TYPE, Permission.SEARCH)
                                .isEverything();
            case SEARCH_SYSTEM -> rights.seesWholeTenant();
            case CREATE -> change(rights, interaction, Permission.CREATE);
            case UPDATE, PATCH -> change(rights, interaction, Permission.UPDATE);
            case DELETE -> change(rights, interaction, Permission.DELETE);
            default -> false;
        };
    }

    // A condition answers whether something like it exists, so it takes the right to search as well.
    private static boolean change(AccessRights rights, Interaction interaction, Permission permission) {
        return !rights.granted(interaction.type(), permission).isNothing()
                && (!interaction.conditional() || rights.anywhere(interaction.type(), Permission.SEARCH));
    }
}
