package health.salus.searchparameter;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which FHIRPath is taken in a search parameter. */
class SearchExpressionsTest {

    private static final FhirContext FHIR = FhirContext.forR4Cached();

    private final SearchExpressions expressions =
            new SearchExpressions(FHIR, new DefaultProfileValidationSupport(FHIR));

    @Test
    void everyExpressionOfFhirItselfIsTaken() {
        List<String> refused = new ArrayList<>();
        for (String type : FHIR.getResourceTypes()) {
            for (RuntimeSearchParam parameter : FHIR.getResourceDefinition(type).getSearchParams()) {
                String path = parameter.getPath();
                if (path != null
                        && !path.isBlank()
                        && !parameter.getName().startsWith("_")
                        && parameter.getParamType() != RestSearchParameterTypeEnum.COMPOSITE) {
                    try {
                        expressions.require(path, type);
                    } catch (UnprocessableEntityException e) {
                        refused.add(type + " " + path + ": " + e.getMessage());
                    }
                }
            }
        }

        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient.extension('http://example.org/colour').value",
                "Patient.extension.where(url = 'http://example.org/colour').value.as(CodeableConcept)",
                "Patient.extension.where(url = 'http://example.org/colour').extension('part').value",
                "extension('http://example.org/colour').value",
                "Patient.contact.where(relationship.coding.code = 'N').name.family",
                "Patient.name.family | Practitioner.name.family",
                "Resource.meta.versionId",
                "(DomainResource.extension('http://example.org/colour').value as CodeableConcept)",
                "Patient.link.other.where(resolve() is Patient)"
            })
    void whatPeopleWriteIsTaken(String expression) {
        assertThatCode(() -> expressions.require(expression, "Patient")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient.colour",
                "Patient.name.fammily",
                "Practitioner.name.family",
                "Patient.name.where(",
                "Patient.name.frobnicate()",
                "name.colour"
            })
    void whatFindsNothingIsRefused(String expression) {
        assertThatThrownBy(() -> expressions.require(expression, "Patient"))
                .isInstanceOf(UnprocessableEntityException.class);
    }
}
