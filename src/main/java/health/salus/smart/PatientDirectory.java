package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IAnyResource;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the patient whom a person wants to open an app about. */
@Component
@ConditionalOnEmbeddedIssuer
class PatientDirectory {

    /** More are not shown: whoever looks for one patient knows more than that. */
    static final int MOST = 20;

    private static final int LONGEST_TEXT = 200;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final Pattern DATE = Pattern.compile("\\d{4}(-\\d{2}){0,2}");
    private static final Pattern NUMBER = Pattern.compile(".*\\d.*");

    // Only there together with the FHIR API.
    private final ObjectProvider<DaoRegistry> resources;
    private final Tenants tenants;

    PatientDirectory(ObjectProvider<DaoRegistry> resources, Tenants tenants) {
        this.resources = resources;
        this.tenants = tenants;
    }

    /**
     * Searches the patients of a tenant.
     *
     * @param text words with spaces between, all of which must fit: a date fits the birth date, what has a digit fits an
     *     identifier, the rest fits a name
     * @param among the ids of those who may be found, or nothing if all may
     * @return {@value #MOST} patients at most, none for an empty text, one that nobody is called, or a day that is none
     */
    List<Choice> search(TenantId tenant, String text, Optional<Set<String>> among) {
        if (text.isBlank() || text.length() > LONGEST_TEXT) {
            return List.of();
        }
        SearchParameterMap search = SearchParameterMap.newSynchronous();
        try {
            for (String word : text.strip().split("\\s+", MOST)) {
                add(search, word);
            }
        } catch (DataFormatException | InvalidRequestException noDate) {
            return List.of();
        }
        among.ifPresent(ids -> search.add(
                IAnyResource.SP_RES_ID,
                ConditionSql.of(new ResourceCondition.InRecords(ids), "Patient", FhirContext.forR4Cached())));
        search.setCount(MOST);
        return resources
                .getObject()
                .getResourceDao(Patient.class)
                .search(search, in(tenant))
                .getResources(0, MOST)
                .stream()
                .map(PatientDirectory::choice)
                .toList();
    }

    private static void add(SearchParameterMap search, String word) {
        if (DATE.matcher(word).matches()) {
            search.add(Patient.SP_BIRTHDATE, new DateParam(word));
        } else if (NUMBER.matcher(word).matches()) {
            search.add(Patient.SP_IDENTIFIER, new TokenParam(null, word));
        } else {
            search.add(Patient.SP_NAME, new StringParam(word));
        }
    }

    /** Finds a patient of a tenant by the id of the resource. */
    Optional<Choice> find(TenantId tenant, String id) {
        return read(tenant, Patient.class, id).map(PatientDirectory::choice);
    }

    /** Tells whether there is such an encounter, and whether it is one of this patient. */
    boolean isEncounterOf(TenantId tenant, String encounter, String patient) {
        return read(tenant, Encounter.class, encounter)
                .map(it -> it.getSubject().getReferenceElement())
                .filter(subject -> "Patient".equals(subject.getResourceType()) && !subject.hasBaseUrl())
                .filter(subject -> patient.equals(subject.getIdPart()))
                .isPresent();
    }

    private <T extends IBaseResource> Optional<T> read(TenantId tenant, Class<T> type, String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    resources.getObject().getResourceDao(type).read(new IdType(type.getSimpleName(), id), in(tenant)));
        } catch (ResourceNotFoundException | ResourceGoneException e) {
            return Optional.empty();
        }
    }

    private SystemRequestDetails in(TenantId tenant) {
        SystemRequestDetails request = new SystemRequestDetails();
        request.setRequestPartitionId(
                RequestPartitionId.fromPartitionId(tenants.require(tenant).partition()));
        return request;
    }

    private static Choice choice(IBaseResource resource) {
        Patient patient = (Patient) resource;
        return new Choice(
                patient.getIdElement().getIdPart(),
                patient.getNameFirstRep().getNameAsSingleString(),
                Optional.ofNullable(patient.getBirthDateElement().getValueAsString())
                        .orElse(""),
                patient.getIdentifierFirstRep().getValue() == null
                        ? ""
                        : patient.getIdentifierFirstRep().getValue());
    }

    /**
     * What a person needs to tell patients apart; empty where it is not known.
     *
     * @param id id of the Patient resource, without the type
     */
    record Choice(String id, String name, String birthDate, String identifier) {}
}
