package health.salus.smart;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static health.salus.smart.Callers.rights;
import static org.assertj.core.api.Assertions.assertThat;

class InteractionRulesTest {

    private final InteractionRules rules = new InteractionRules();

    @ParameterizedTest
    @CsvSource({
        "READ,             r",
        "VREAD,            r",
        "HISTORY_INSTANCE, r",
        "SEARCH_TYPE,      s",
        "HISTORY_TYPE,     s",
        "CREATE,           c",
        "UPDATE,           u",
        "PATCH,            u",
        "DELETE,           d"
    })
    void eachInteractionTakesItsLetterAndNoOther(RestOperationTypeEnum kind, String letter) {
        String others = "cruds".replace(letter, "");

        assertThat(allows(kind, false, "user/Observation." + letter)).isTrue();
        assertThat(allows(kind, false, "user/Observation." + others)).isFalse();
        assertThat(allows(kind, false, "user/Patient." + letter)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"CREATE, c", "UPDATE, u", "PATCH, u", "DELETE, d"})
    void aConditionTakesTheRightToSearchAsWell(RestOperationTypeEnum kind, String letter) {
        assertThat(allows(kind, true, "user/Observation." + letter)).isFalse();
        assertThat(allows(kind, true, "user/Observation." + letter + "s")).isTrue();
    }

    @Test
    void theWholeSystemIsForThoseWhoMaySeeEveryType() {
        assertThat(rules.allow(
                        rights(Role.PRACTITIONER, null, "user/Observation.rs"),
                        Interaction.of(RestOperationTypeEnum.HISTORY_SYSTEM, "")))
                .isFalse();
        assertThat(rules.allow(
                        rights(Role.PRACTITIONER, null, "user/*.rs"),
                        Interaction.of(RestOperationTypeEnum.HISTORY_SYSTEM, "")))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = RestOperationTypeEnum.class,
            names = {"CREATE", "UPDATE", "PATCH", "DELETE", "HISTORY_TYPE", "HISTORY_SYSTEM", "SEARCH_SYSTEM"})
    void aPatientNeitherChangesAnythingNorLooksAtAllPatients(RestOperationTypeEnum kind) {
        assertThat(rules.allow(rights(Role.PATIENT, "p1", "patient/*.cruds"), Interaction.of(kind, "Observation")))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = RestOperationTypeEnum.class,
            names = {"EXTENDED_OPERATION_SERVER", "GRAPHQL_REQUEST", "META", "VALIDATE", "TRANSACTION"})
    void whatHasNoLetterIsNotDecidedHere(RestOperationTypeEnum kind) {
        assertThat(rules.allow(rights(Role.SYSTEM, null, "system/*.cruds"), Interaction.of(kind, "Patient")))
                .isFalse();
    }

    private boolean allows(RestOperationTypeEnum kind, boolean conditional, String scope) {
        return rules.allow(rights(Role.PRACTITIONER, null, scope), new Interaction(kind, "Observation", conditional));
    }
}
