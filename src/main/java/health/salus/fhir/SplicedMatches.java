package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.jpa.dao.IJpaStorageResourceParser;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.model.valueset.BundleEntrySearchModeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Loads what a page of a search shows as the JSON that is stored, where nobody has to look into it: its caller may see
 * everything of these types, and the page is written as plain JSON. The record of a patient is a page of a search, too.
 */
@Component
class SplicedMatches {

    private static final Set<RestOperationTypeEnum> PAGES =
            EnumSet.of(RestOperationTypeEnum.SEARCH_TYPE, RestOperationTypeEnum.GET_PAGE);

    private final FhirContext context;
    private final VersionTable versions;
    private final StoredJson json;
    private final IJpaStorageResourceParser parser;
    private final WholeTypes types;

    SplicedMatches(
            FhirContext context,
            VersionTable versions,
            StoredJson json,
            IJpaStorageResourceParser parser,
            WholeTypes types) {
        this.context = context;
        this.versions = versions;
        this.json = json;
        this.parser = parser;
        this.types = types;
    }

    /**
     * Loads the newest versions.
     *
     * @param places   where they are, in the order of the page
     * @param included those of them that match nothing themselves
     * @return nothing if HAPI has to load them
     */
    Optional<List<Resource>> load(
            Collection<JpaPid> places, Collection<JpaPid> included, @Nullable RequestDetails request) {
        if (places.isEmpty() || request == null || !isPlainPage(request)) {
            return Optional.empty();
        }
        Map<Long, StoredVersion> found =
                versions.current(places.stream().map(JpaPid::getId).toList());
        boolean whole = found.size() == places.size()
                && found.values().stream()
                        .map(StoredVersion::type)
                        .distinct()
                        .allMatch(type -> types.isShown(request, type));
        if (!whole) {
            return Optional.empty();
        }
        Set<JpaPid> others = new HashSet<>(included);
        List<Resource> page = new ArrayList<>(places.size());
        for (JpaPid place : places) {
            Resource resource = resource(Objects.requireNonNull(found.get(place.getId())), request);
            ResourceMetadataKeyEnum.ENTRY_SEARCH_MODE.put(
                    resource,
                    others.contains(place) ? BundleEntrySearchModeEnum.INCLUDE : BundleEntrySearchModeEnum.MATCH);
            page.add(resource);
        }
        return Optional.of(page);
    }

    private Resource resource(StoredVersion version, RequestDetails request) {
        return json.splice(version, request.getFhirServerBase())
                .map(text -> SplicedResource.of(context, version, text))
                .orElseGet(() -> (Resource) parser.toResource(
                        request,
                        context.getResourceDefinition(version.type()).getImplementingClass(),
                        version.entity(),
                        List.of(),
                        false));
    }

    private boolean isPlainPage(RequestDetails request) {
        // An entry of a batch has a class of its own.
        if (request.getClass() != ServletRequestDetails.class
                || !(PAGES.contains(request.getRestOperationType())
                        || EverythingInterceptor.EVERYTHING.equals(request.getOperation()))
                || EverythingInterceptor.filters(request)
                || AttachmentView.isInline(request)) {
            return false;
        }
        try {
            return RestfulServerUtils.getNewParser(context, FhirVersionEnum.R4, request) instanceof ExactJsonParser json
                    && json.isPlain();
        } catch (InvalidRequestException e) {
            // HAPI says so when it gets there.
            return false;
        }
    }
}
