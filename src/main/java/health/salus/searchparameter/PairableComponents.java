package health.salus.searchparameter;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.dao.validation.SearchParameterDaoValidator;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.hl7.fhir.r5.model.Enumerations.SearchParamType;
import org.hl7.fhir.r5.model.SearchParameter;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * HAPI's check of search parameters, which refuses components of a composite one by which HAPI itself cannot search.
 * {@link SearchParameterRules} has looked at them by then.
 */
@Component
class PairableComponents extends SearchParameterDaoValidator {

    PairableComponents(FhirContext context, JpaStorageSettings settings, ISearchParamRegistry parameters) {
        super(context, settings, parameters);
    }

    @Override
    public void validate(SearchParameter parameter) {
        super.validate(
                parameter.getType() == SearchParamType.COMPOSITE
                        ? parameter.copy().setComponent(List.of())
                        : parameter);
    }
}
