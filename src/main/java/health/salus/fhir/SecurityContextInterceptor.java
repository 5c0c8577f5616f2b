package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks what a {@code Binary} names as its security context. Others get to read the file by it, so it has to be there, and
 * to be something that the writer may read as well: else a writer could learn by trying what exists.
 *
 * @see <a href="https://hl7.org/fhir/R4/binary.html#security-context">FHIR R4, security context of a Binary</a>
 */
@Interceptor
@Component
class SecurityContextInterceptor {

    private static final Pattern FORM = Pattern.compile("[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}");
    private static final String DERIVED = SecurityContextInterceptor.class.getName();

    private final DaoRegistry resources;

    SecurityContextInterceptor(DaoRegistry resources) {
        this.resources = resources;
    }

    /** Looks just before the commit, when references inside a transaction are resolved; answers 422. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreated(IBaseResource created, @Nullable RequestDetails request) {
        check(Optional.empty(), created, request);
    }

    /** Does the same for a context that was not there before: a file may outlive what it once belonged to. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
        check(context(before), after, request);
    }

    /** Says that the server itself has put the context there, from a reference that was checked. */
    static void derived(Binary binary) {
        binary.setUserData(DERIVED, true);
    }

    /**
     * Requires that a reference has the form {@code Type/id} and names a resource that the caller may read.
     *
     * @throws UnprocessableEntityException with the same words whatever is wrong
     */
    void require(String reference, RequestDetails request) {
        if (!FORM.matcher(reference).matches() || !isReadable(new IdType(reference), request)) {
            throw new UnprocessableEntityException("The security context of a Binary has to be a reference of the form"
                    + " Type/id to a resource that is stored here and that you may read");
        }
    }

    private void check(Optional<String> before, IBaseResource after, @Nullable RequestDetails request) {
        if (request == null
                || !BlobOwnerInterceptor.isOfATenant(request)
                || (after instanceof Binary binary && binary.getUserData(DERIVED) != null)) {
            return;
        }
        context(after).filter(it -> !before.equals(Optional.of(it))).ifPresent(it -> require(it, request));
    }

    private static Optional<String> context(IBaseResource resource) {
        return resource instanceof Binary binary
                ? Optional.ofNullable(
                        binary.getSecurityContext().getReferenceElement().getValue())
                : Optional.empty();
    }

    // The read goes through the same checks as if the client had asked for that resource itself.
    private boolean isReadable(IdType id, RequestDetails request) {
        if (!resources.isResourceTypeSupported(id.getResourceType())) {
            return false;
        }
        try {
            return Objects.nonNull(
                    resources.getResourceDao(id.getResourceType()).read(id, request));
        } catch (ResourceNotFoundException | ResourceGoneException | ForbiddenOperationException e) {
            return false;
        }
    }
}
