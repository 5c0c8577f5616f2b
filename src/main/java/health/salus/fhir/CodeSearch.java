package health.salus.fhir;

import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.context.support.ValueSetExpansionOptions;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.jpa.term.api.ITermReadSvc;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.util.FhirVersionIndependentConcept;
import health.salus.tenant.Tenant;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.FilterOperator;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The codes that {@code :in}, {@code :below} and {@code :above} stand for, https://hl7.org/fhir/R4/search.html#token. HAPI finds
 * nothing where it does not know the code system, and does not look for value sets by their address.
 */
@Component
class CodeSearch {

    private static final int MOST = 1000;

    private final ITermReadSvc terms;
    private final IValidationSupport definitions;
    private final DaoRegistry resources;
    private final String base;

    CodeSearch(
            ITermReadSvc terms,
            @Qualifier(JpaConfig.JPA_VALIDATION_SUPPORT_CHAIN) IValidationSupport definitions,
            DaoRegistry resources,
            @Value("${salus.public-url}") String publicUrl) {
        this.terms = terms;
        this.definitions = definitions;
        this.resources = resources;
        this.base = publicUrl + FhirServletConfiguration.PATH + "/";
    }

    /**
     * Puts codes in the place of what stands for them, and leaves all other values.
     *
     * @throws InvalidRequestException if something stands for codes that this server does not know
     */
    List<IQueryParameterType> expand(Collection<IQueryParameterType> values) {
        return values.stream().flatMap(this::expand).toList();
    }

    private Stream<IQueryParameterType> expand(IQueryParameterType value) {
        if (!(value instanceof TokenParam token) || token.getModifier() == null) {
            return Stream.of(value);
        }
        boolean below = token.getModifier() == TokenParamModifier.BELOW;
        if (token.getModifier() == TokenParamModifier.IN) {
            return inValueSet(valueSet(token));
        }
        return below || token.getModifier() == TokenParamModifier.ABOVE ? related(token, below) : Stream.of(value);
    }

    /** Returns the name of a value set, which HAPI has split at the version. */
    static String valueSet(TokenParam token) {
        return token.getSystem() == null ? token.getValue() : token.getSystem() + "|" + token.getValue();
    }

    private Stream<IQueryParameterType> related(TokenParam token, boolean below) {
        String system = token.getSystem();
        if (system == null || system.isBlank()) {
            throw new InvalidRequestException(
                    "The modifiers ':above' and ':below' take a system and a code, [system]|[code]");
        }
        List<FhirVersionIndependentConcept> codes =
                below ? terms.findCodesBelow(system, token.getValue()) : terms.findCodesAbove(system, token.getValue());
        if (codes.isEmpty()) {
            throw new InvalidRequestException("The code '" + token.getValue() + "' of '" + system
                    + "' is not known here; store the CodeSystem that has it");
        }
        return codes.stream().map(it -> new TokenParam(it.getSystem(), it.getCode()));
    }

    private Stream<IQueryParameterType> inValueSet(String name) {
        String url = url(name);
        ValueSet expanded;
        try {
            IValidationSupport.ValueSetExpansionOutcome outcome = definitions.expandValueSet(
                    new ValidationSupportContext(definitions), new ValueSetExpansionOptions().setCount(MOST + 1), url);
            expanded = outcome == null ? null : (ValueSet) outcome.getValueSet();
        } catch (ResourceNotFoundException e) {
            expanded = null;
        } catch (BaseServerResponseException e) {
            throw new InvalidRequestException("The value set '" + name + "' cannot be expanded: " + e.getMessage(), e);
        }
        if (expanded == null) {
            throw new InvalidRequestException(
                    "The value set '" + name + "' is not known here; store a ValueSet with this url");
        }
        if (expanded.getExpansion().getContains().size() > MOST) {
            throw new InvalidRequestException("The value set '" + name + "' has more than " + MOST + " codes");
        }
        return Stream.concat(
                expanded.getExpansion().getContains().stream().map(it -> new TokenParam(it.getSystem(), it.getCode())),
                roots(url));
    }

    // HAPI leaves out the code that all others are, which "is-a" has too.
    private Stream<TokenParam> roots(String url) {
        return definitions.fetchValueSet(url) instanceof ValueSet set
                        && !set.getCompose().hasExclude()
                ? set.getCompose().getInclude().stream()
                        .filter(include -> include.getFilter().size() == 1)
                        .filter(include -> include.getFilterFirstRep().getOp() == FilterOperator.ISA)
                        .map(include -> new TokenParam(
                                include.getSystem(), include.getFilterFirstRep().getValue()))
                : Stream.empty();
    }

    // Value sets belong to all tenants, so who may search at all may know them.
    private String url(String name) {
        String relative = name.startsWith(base) ? name.substring(base.length()) : name;
        return Optional.of(new IdType(relative))
                .filter(id -> !id.isAbsolute() && "ValueSet".equals(id.getResourceType()))
                .map(this::read)
                .orElse(name);
    }

    private String read(IdType id) {
        SystemRequestDetails request = new SystemRequestDetails();
        request.setRequestPartitionId(RequestPartitionId.fromPartitionId(Tenant.SHARED_PARTITION));
        try {
            return resources.getResourceDao(ValueSet.class).read(id, request).getUrl();
        } catch (ResourceNotFoundException | ResourceGoneException e) {
            return id.getValue();
        }
    }
}
