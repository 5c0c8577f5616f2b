package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.fhir.FhirOperations;
import health.salus.smart.BulkRights;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * {@code $export} of the whole tenant, of all patients and of a group, by GET and POST. Each is answered 202 with the address
 * in {@code Content-Location} at which {@link JobOperations} tells how far it is.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data Access 2.0</a>
 */
@Component
class ExportOperations implements FhirOperations {

    private static final String CANONICAL = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/";

    private final FhirContext context;
    private final ExportOrders orders;
    private final Subjects subjects;
    private final KickOff kickOff;

    ExportOperations(FhirContext context, ExportOrders orders, Subjects subjects, KickOff kickOff) {
        this.context = context;
        this.orders = orders;
        this.subjects = subjects;
        this.kickOff = kickOff;
    }

    /** Exports what there is in the tenant, of all types that the token opens or of those in {@code _type}. */
    @Operation(
            name = "$export",
            idempotent = true,
            manualRequest = true,
            manualResponse = true,
            canonicalUrl = CANONICAL + "export")
    public void exportSystem(ServletRequestDetails request) throws IOException {
        AskedFor asked = AskedFor.of(request, context);
        if (asked.values().containsKey("patient")) {
            throw new InvalidRequestException("patient: belongs to Patient/$export and to Group/[id]/$export");
        }
        begin(asked, Optional.empty(), ExportOrder.Level.SYSTEM, request);
    }

    /** Exports the records of all patients, or of those that {@code patient} names. */
    @Operation(
            name = "$export",
            typeName = "Patient",
            idempotent = true,
            manualRequest = true,
            manualResponse = true,
            canonicalUrl = CANONICAL + "patient-export")
    public void exportPatients(ServletRequestDetails request) throws IOException {
        AskedFor asked = AskedFor.of(request, context);
        Optional<Set<String>> chosen = subjects.chosen(asked, Optional.empty(), request);
        begin(
                asked,
                chosen,
                chosen.isPresent() ? ExportOrder.Level.SOME_PATIENTS : ExportOrder.Level.ALL_PATIENTS,
                request);
    }

    /** Exports the records of the patients who are active members of a group. */
    @Operation(
            name = "$export",
            typeName = "Group",
            idempotent = true,
            manualRequest = true,
            manualResponse = true,
            canonicalUrl = CANONICAL + "group-export")
    public void exportGroup(@IdParam IIdType group, ServletRequestDetails request) throws IOException {
        AskedFor asked = AskedFor.of(request, context);
        begin(asked, subjects.chosen(asked, Optional.of(group), request), ExportOrder.Level.SOME_PATIENTS, request);
    }

    private void begin(
            AskedFor asked, Optional<Set<String>> patients, ExportOrder.Level level, ServletRequestDetails request)
            throws IOException {
        BulkRights rights = BulkRights.of(request);
        ExportOrder order = orders.order(asked, request.getFhirServerBase(), level, rights);
        JobOwner owner = JobOwner.of(request);
        kickOff.begin(
                BulkJob.Kind.EXPORT,
                order,
                request,
                job -> patients.ifPresent(chosen -> subjects.add(job, owner.tenant(), chosen)));
    }
}
