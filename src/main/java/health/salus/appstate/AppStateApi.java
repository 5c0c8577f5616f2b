package health.salus.appstate;

import ca.uhn.fhir.context.FhirContext;
import health.salus.audit.ResourceAccess;
import health.salus.smart.AllowedTo;
import health.salus.smart.AppStateRights;
import health.salus.smart.AppStateRights.Act;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.net.URI;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /app-state/Basic}: what apps keep here, each for itself. It is a FHIR endpoint of its own, so that none of this is found
 * among the clinical resources.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-state.html">SMART App Launch 2.2, app state</a>
 */
@RestController
@RequestMapping(
        path = "/app-state/Basic",
        produces = {AppStateApi.FHIR_JSON, "application/json"})
@AllowedTo({Role.ADMIN, Role.PRACTITIONER, Role.PATIENT})
class AppStateApi {

    static final String FHIR_JSON = "application/fhir+json";

    private static final int MOST_PER_SUBJECT = 50;
    private static final Pattern VERSION = Pattern.compile("(?:W/)?\"([1-9][0-9]{0,17})\"");

    private final AppStates states;
    private final AppStateRights rights;

    AppStateApi(AppStates states, AppStateRights rights) {
        this.states = states;
        this.rights = rights;
    }

    /** Keeps something new, 201; 409 if the app keeps something under this code for this subject, or too much. */
    @PostMapping(consumes = {FHIR_JSON, "application/json"})
    ResponseEntity<String> create(@AuthenticationPrincipal SmartPrincipal caller, HttpServletRequest request)
            throws IOException {
        AppStateBody body = AppStateBody.read(request.getInputStream(), rights.fhirBase(caller));
        if (body.id() != null || body.version() != null) {
            throw AppStateRefusal.badRequest("The server gives the id and the version; leave them out");
        }
        if (!allows(caller, Act.CREATE, body.subject(), body.coding())) {
            throw AppStateRefusal.forbidden();
        }
        if (states.count(caller, body.subject()) >= MOST_PER_SUBJECT) {
            throw new AppStateRefusal(
                    HttpStatus.CONFLICT, "too-costly", "An app keeps at most 50 codes for a subject; delete one first");
        }
        AppState created = states.create(caller, body)
                .orElseThrow(() -> new AppStateRefusal(
                        HttpStatus.CONFLICT,
                        "duplicate",
                        "The app keeps something under this code for this subject; search for it and update it"));
        Basic shown = shown(caller, created);
        ResourceAccess.created(request, shown);
        return ResponseEntity.created(URI.create(address(created)))
                .eTag(eTag(created))
                .body(json(shown));
    }

    /** Replaces what is kept in the version of {@code If-Match}, 200; 412 if that is not the state that the app thinks. */
    @PutMapping(
            path = "/{id}",
            consumes = {FHIR_JSON, "application/json"})
    ResponseEntity<String> update(
            @AuthenticationPrincipal SmartPrincipal caller,
            @PathVariable String id,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request)
            throws IOException {
        AppState seen = seen(caller, Act.UPDATE, id, ifMatch);
        AppStateBody body = AppStateBody.read(request.getInputStream(), rights.fhirBase(caller));
        if (!id.equals(body.id())) {
            throw AppStateRefusal.badRequest("The id in the body must be that of the address");
        }
        boolean same = seen.system().equals(body.coding().getSystem())
                && seen.code().equals(body.coding().getCode())
                && Objects.equals(seen.subject(), body.subject());
        if (!same) {
            throw AppStateRefusal.preconditionFailed();
        }
        AppState updated = states.update(caller, seen, body.content()).orElseThrow(AppStateRefusal::preconditionFailed);
        Basic shown = shown(caller, updated);
        ResourceAccess.updated(request, shown);
        return ResponseEntity.ok().eTag(eTag(updated)).body(json(shown));
    }

    /** Forgets what is kept in the version of {@code If-Match}, 204; 412 as for an update. */
    @DeleteMapping("/{id}")
    ResponseEntity<Void> delete(
            @AuthenticationPrincipal SmartPrincipal caller,
            @PathVariable String id,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) {
        AppState seen = seen(caller, Act.DELETE, id, ifMatch);
        if (!states.delete(caller, seen)) {
            throw AppStateRefusal.preconditionFailed();
        }
        ResourceAccess.deleted(request, shown(caller, seen));
        return ResponseEntity.noContent().build();
    }

    /** Finds what the app keeps under a code: for a subject, or with {@code subject:missing=true} for everybody. */
    @GetMapping
    ResponseEntity<String> search(@AuthenticationPrincipal SmartPrincipal caller, HttpServletRequest request) {
        AppStateQuery query = AppStateQuery.of(request.getParameterMap(), rights.fhirBase(caller));
        if (!allows(caller, Act.QUERY, query.subject(), query.coding())) {
            throw AppStateRefusal.forbidden();
        }
        List<Basic> found = states.find(caller, query.subject(), query.coding()).map(it -> shown(caller, it)).stream()
                .toList();
        ResourceAccess.found(request, found);
        Bundle bundle = new Bundle().setType(Bundle.BundleType.SEARCHSET).setTotal(found.size());
        bundle.addLink().setRelation("self").setUrl(rights.address() + "/Basic?" + query.text(rights.fhirBase(caller)));
        found.forEach(it -> bundle.addEntry()
                .setFullUrl(rights.address() + "/Basic/" + it.getIdElement().getIdPart())
                .setResource(it)
                .getSearch()
                .setMode(Bundle.SearchEntryMode.MATCH));
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(json(bundle));
    }

    @ExceptionHandler
    ResponseEntity<String> refuse(AppStateRefusal refusal) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(OperationOutcome.IssueSeverity.ERROR)
                .setCode(OperationOutcome.IssueType.fromCode(refusal.code()))
                .setDiagnostics(refusal.getMessage());
        return ResponseEntity.status(refusal.status())
                .header(HttpHeaders.CONTENT_TYPE, FHIR_JSON)
                .body(json(outcome));
    }

    // What the caller may not see, what is gone and what never was are one answer.
    private AppState seen(SmartPrincipal caller, Act act, String id, @Nullable String ifMatch) {
        if (ifMatch == null) {
            throw new AppStateRefusal(
                    HttpStatus.PRECONDITION_REQUIRED, "required", "Send If-Match with the ETag of the state");
        }
        Matcher version = VERSION.matcher(ifMatch.strip());
        if (!version.matches()) {
            throw AppStateRefusal.preconditionFailed();
        }
        return id(id).flatMap(known -> states.find(caller, known))
                .filter(it -> rights.allow(caller, act, it.subject(), it.system(), it.code()))
                .filter(it -> it.version() == Long.parseLong(version.group(1)))
                .orElseThrow(AppStateRefusal::preconditionFailed);
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text)).filter(it -> it.toString().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean allows(SmartPrincipal caller, Act act, @Nullable String subject, Coding coding) {
        return rights.allow(caller, act, subject, coding.getSystem(), coding.getCode());
    }

    private Basic shown(SmartPrincipal caller, AppState state) {
        Basic basic = state.content().copy();
        basic.setIdElement(new IdType("Basic", state.id().toString(), String.valueOf(state.version())));
        basic.getMeta().setVersionId(String.valueOf(state.version())).setLastUpdated(Date.from(state.changed()));
        if (state.subject() != null) {
            basic.setSubject(new Reference(rights.fhirBase(caller) + "/" + state.subject()));
        }
        return basic;
    }

    private String address(AppState state) {
        return rights.address() + "/Basic/" + state.id();
    }

    private static String eTag(AppState state) {
        return "W/\"" + state.version() + "\"";
    }

    private static String json(Resource resource) {
        return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource);
    }
}
