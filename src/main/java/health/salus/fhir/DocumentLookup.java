package health.salus.fhir;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.valueset.BundleTypeEnum;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;

/**
 * {@code DocumentReference/$docref}: the documents of a patient, http://hl7.org/fhir/us/core/OperationDefinition/docref, as
 * International Patient Access has it too. Documents are found and none is made on demand.
 */
@Component
class DocumentLookup implements FhirOperations {

    private static final String LOINC = "http://loinc.org";
    // A summary of care, as US Core and as the rest of the world calls it.
    private static final List<Coding> SUMMARIES =
            List.of(new Coding(LOINC, "34133-9", null), new Coding(LOINC, "60591-5", null));

    private final DaoRegistry resources;

    DocumentLookup(DaoRegistry resources) {
        this.resources = resources;
    }

    /**
     * Finds current documents about care between two dates, or the newest one if there are no dates.
     *
     * @param patient  logical id; nothing is found if there is none or the caller may not see them
     * @param types    of document; all if there are dates, else summaries of care
     * @param onDemand whether nothing but what is made on demand is wanted
     * @param profiles refused with 400
     */
    @Operation(
            name = "$docref",
            canonicalUrl = "http://hl7.org/fhir/us/core/OperationDefinition/docref",
            typeName = "DocumentReference",
            idempotent = true,
            bundleType = BundleTypeEnum.SEARCHSET)
    public IBundleProvider find(
            @OperationParam(name = "patient", min = 1) @Nullable IdType patient,
            @OperationParam(name = "start") @Nullable DateTimeType start,
            @OperationParam(name = "end") @Nullable DateTimeType end,
            @OperationParam(name = "type", max = OperationParam.MAX_UNLIMITED) @Nullable List<Coding> types,
            @OperationParam(name = "on-demand") @Nullable BooleanType onDemand,
            @OperationParam(name = "profile", max = OperationParam.MAX_UNLIMITED) @Nullable
                    List<CanonicalType> profiles,
            ServletRequestDetails request) {
        if (patient == null || !patient.hasIdPart()) {
            throw new InvalidRequestException("Say whose documents, by the parameter 'patient'");
        }
        if (profiles != null && !profiles.isEmpty()) {
            throw new InvalidRequestException("Documents are not known by 'profile' here; ask by 'type'");
        }
        if (onDemand != null && onDemand.booleanValue()) {
            return new SimpleBundleProvider();
        }
        boolean dated = start != null || end != null;
        SearchParameterMap search = new SearchParameterMap()
                .add("patient", new ReferenceParam("Patient/" + patient.getIdPart()))
                .add("status", new TokenParam("current"))
                .setSort(new SortSpec("date", SortOrderEnum.DESC));
        during("ge", start).ifPresent(it -> search.add("_id", it));
        during("le", end).ifPresent(it -> search.add("_id", it));
        ofTypes(types == null || types.isEmpty() ? (dated ? List.of() : SUMMARIES) : types)
                .ifPresent(it -> search.add("type", it));
        if (!dated) {
            search.setLoadSynchronousUpTo(1);
        }
        return resources.getResourceDao(DocumentReference.class).search(search, request, request.getServletResponse());
    }

    // When care was given, or else when the document was made.
    private static Optional<FilterCondition> during(String prefix, @Nullable DateTimeType date) {
        return Optional.ofNullable(date)
                .map(it -> it.getValueAsString())
                .map(it -> new FilterCondition(
                        "period %1$s %2$s or (period pr false and date %1$s %2$s)".formatted(prefix, it)));
    }

    private static Optional<TokenOrListParam> ofTypes(List<Coding> types) {
        TokenOrListParam tokens = new TokenOrListParam();
        types.forEach(it -> tokens.addOr(new TokenParam(it.getSystem(), it.getCode())));
        return types.isEmpty() ? Optional.empty() : Optional.of(tokens);
    }
}
