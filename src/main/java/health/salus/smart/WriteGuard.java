package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.function.BiConsumer;

/**
 * Judges each change by the resource: as it was, which the caller must see to change it, and as it will be, which must still
 * be one that the caller may write.
 *
 * <p>HAPI calls this for single requests and for each entry of a bundle. What may not be seen is answered like what does not
 * exist. Whoever may write to all resources of a type is not asked anything here.
 */
@Interceptor
@Component
class WriteGuard {

    private final Visibility visibility;
    private final CurrentVersions versions;

    WriteGuard(Visibility visibility, CurrentVersions versions) {
        this.visibility = visibility;
        this.versions = versions;
    }

    /** Judges what is about to be patched: a patch can ask what a value is. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
    public void beforePatch(PrePatchDetails patch, @Nullable RequestDetails request) {
        judge(request, (rights, details) -> requireSeen(rights, details, patch.getResource(), Permission.UPDATE));
    }

    /** Judges what is about to be made. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void beforeCreate(IBaseResource resource, @Nullable RequestDetails request) {
        judge(request, (rights, details) -> {
            String type = resource.fhirType();
            // Whoever sees a part of a type would learn from an id of their choice whether it is taken in another part.
            if (isLimited(rights.granted(type, Permission.CREATE))
                    && !Boolean.TRUE.equals(resource.getUserData(JpaConstants.RESOURCE_ID_SERVER_ASSIGNED))) {
                throw unknown(resource);
            }
            requireGranted(rights, details, resource, Permission.CREATE);
        });
    }

    /** Judges what is about to be changed, and into what. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void beforeUpdate(@Nullable IBaseResource old, IBaseResource changed, @Nullable RequestDetails request) {
        judge(request, (rights, details) -> {
            if (old != null) {
                requireSeen(rights, details, old, Permission.UPDATE);
            }
            requireGranted(rights, details, changed, Permission.UPDATE);
        });
    }

    /** Judges what is about to be deleted. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
    public void beforeDelete(IBaseResource resource, @Nullable RequestDetails request) {
        judge(request, (rights, details) -> requireSeen(rights, details, resource, Permission.DELETE));
    }

    // What the server does on its own behalf, and whoever comes without a token, is judged by the authorization
    // interceptor.
    private static void judge(@Nullable RequestDetails request, BiConsumer<AccessRights, RequestDetails> judgment) {
        if (request != null) {
            AccessRights.of(request).ifPresent(rights -> judgment.accept(rights, request));
        }
    }

    private void requireSeen(AccessRights rights, RequestDetails request, IBaseResource old, Permission permission) {
        if (!visibility.holds(rights.condition(old.fhirType(), permission), request, old)) {
            throw unknown(old);
        }
    }

    private void requireGranted(
            AccessRights rights, RequestDetails request, IBaseResource changed, Permission permission) {
        ResourceCondition granted = rights.granted(changed.fhirType(), permission);
        if (granted.isEverything()) {
            return;
        }
        if (!visibility.holds(granted, request, changed)) {
            throw new ForbiddenOperationException("The scopes of the token do not allow to write this resource");
        }
        requireKnownTargets(rights, request, changed);
    }

    // That a reference is refused only if it leads nowhere would tell what exists.
    private void requireKnownTargets(AccessRights rights, RequestDetails request, IBaseResource changed) {
        request.getFhirContext().newTerser().getAllPopulatedChildElementsOfType(changed, IBaseReference.class).stream()
                .map(IBaseReference::getReferenceElement)
                .filter(WriteGuard::isLocal)
                .filter(target -> !rights.granted(target.getResourceType(), Permission.READ)
                        .isEverything())
                .filter(target -> !versions.isShown(request, rights, target.getResourceType(), target.getIdPart()))
                .findFirst()
                .ifPresent(target -> {
                    throw new InvalidRequestException("Resource "
                            + target.toUnqualifiedVersionless().getValue() + " not found, specified as a reference");
                });
    }

    // Nothing more is learned about types of which the caller may read nothing than about those of which all may be
    // read.
    private static boolean isLimited(ResourceCondition granted) {
        return !granted.isEverything() && !granted.isNothing();
    }

    private static boolean isLocal(IIdType target) {
        return target.hasResourceType()
                && target.hasIdPart()
                && !target.hasBaseUrl()
                && !target.getValue().contains("?");
    }

    private static ResourceNotFoundException unknown(IBaseResource resource) {
        return new ResourceNotFoundException(
                "Resource " + resource.getIdElement().toUnqualifiedVersionless().getValue() + " is not known");
    }
}
