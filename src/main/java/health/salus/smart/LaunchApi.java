package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /api/launch}: an EHR says what it has open and gets a handle, with which it starts an app.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#launch-app-ehr-launch">SMART App Launch 2.2,
 *     EHR launch</a>
 */
@RestController
@ConditionalOnEmbeddedIssuer
@AllowedTo({Role.ADMIN, Role.PRACTITIONER, Role.SYSTEM})
class LaunchApi {

    private static final String NO_PATIENT = "patient must be the id of a Patient of this tenant";
    private static final int MOST_RESOURCES = 50;
    private static final int LONGEST_INTENT = 200;
    private static final Set<String> WAYS_TO_NAME = Set.of("reference", "canonical", "identifier");

    private final Clients clients;
    private final Users users;
    private final PatientDirectory patients;
    private final Launches launches;
    private final FhirBases bases;
    private final InstitutionRules institution;

    LaunchApi(
            Clients clients,
            Users users,
            PatientDirectory patients,
            Launches launches,
            FhirBases bases,
            InstitutionRules institution) {
        this.institution = institution;
        this.clients = clients;
        this.users = users;
        this.patients = patients;
        this.launches = launches;
        this.bases = bases;
    }

    /**
     * Makes a handle, 201: good once, for five minutes, for this app and this person. 400 if the app, the person or
     * something that is open does not exist or does not fit together, 403 if the caller may not read patients.
     */
    @PostMapping("/api/launch")
    @ResponseStatus(HttpStatus.CREATED)
    NewHandle create(@AuthenticationPrincipal SmartPrincipal caller, @RequestBody NewLaunch launch) {
        CallerRules rules = institution.of(caller);
        AccessRights rights = AccessRights.of(caller, rules);
        if (rights.isLimitedToPatient() || !rights.anywhere("Patient", Permission.READ)) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN, "The token does not let its holder read patients");
        }
        SmartClient app = Optional.ofNullable(launch.clientId())
                .flatMap(clients::find)
                .filter(it -> it.serves(caller.tenant()))
                .filter(it -> it.scopes().contains(SmartScopes.LAUNCH))
                .orElseThrow(() ->
                        Administration.badRequest("client_id must be an app that is registered with the scope launch"));
        String user = user(caller, launch);
        require(
                launch.patient() == null
                        || rules.seen().map(it -> it.contains(launch.patient())).orElse(true),
                NO_PATIENT);
        LaunchContext context = context(caller.tenant(), launch);
        String handle = launches.create(caller.tenant(), app.id(), user, context);
        return new NewHandle(handle, Launches.LIFETIME.toSeconds(), address(app, caller.tenant(), handle));
    }

    private String user(SmartPrincipal caller, NewLaunch launch) {
        String name = caller.role() == Role.SYSTEM ? launch.user() : caller.subject();
        return Optional.ofNullable(name)
                .flatMap(users::find)
                .filter(it -> it.tenant().equals(caller.tenant()))
                .orElseThrow(() -> Administration.badRequest("user must be the name of a user of this tenant"))
                .username();
    }

    private LaunchContext context(TenantId tenant, NewLaunch launch) {
        require(
                launch.patient() == null
                        || patients.find(tenant, launch.patient()).isPresent(),
                NO_PATIENT);
        require(
                launch.encounter() == null
                        || (launch.patient() != null
                                && patients.isEncounterOf(tenant, launch.encounter(), launch.patient())),
                "encounter must be the id of an Encounter of the patient");
        require(
                launch.fhirContext() == null
                        || (launch.fhirContext().size() <= MOST_RESOURCES
                                && launch.fhirContext().stream().allMatch(LaunchApi::namesSomething)),
                "each of fhirContext must have a reference, canonical or identifier");
        require(
                launch.intent() == null || launch.intent().length() <= LONGEST_INTENT,
                "intent must have at most " + LONGEST_INTENT + " characters");
        require(
                launch.smartStyleUrl() == null || isWebAddress(launch.smartStyleUrl()),
                "smart_style_url must be a URL");
        return new LaunchContext(
                launch.patient(),
                launch.encounter(),
                launch.fhirContext(),
                launch.intent(),
                launch.needPatientBanner(),
                launch.smartStyleUrl());
    }

    private @Nullable URI address(SmartClient app, TenantId tenant, String handle) {
        return app.launchUri() == null
                ? null
                : UriComponentsBuilder.fromUri(app.launchUri())
                        .queryParam("iss", "{iss}")
                        .queryParam("launch", "{launch}")
                        .encode()
                        .buildAndExpand(bases.of(tenant), handle)
                        .toUri();
    }

    private static boolean namesSomething(@Nullable Map<String, Object> item) {
        return item != null && item.keySet().stream().anyMatch(WAYS_TO_NAME::contains);
    }

    private static boolean isWebAddress(String text) {
        try {
            URI address = URI.create(text);
            return address.getHost() != null
                    && address.getScheme() != null
                    && address.getScheme().matches("https?");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw Administration.badRequest(otherwise);
        }
    }

    /**
     * What an EHR has open.
     *
     * @param clientId the app to start
     * @param user     who will sign in, if a program asks; for a person it is always that person
     */
    record NewLaunch(
            @JsonProperty("client_id") @Nullable String clientId,
            @JsonProperty("user") @Nullable String user,
            @JsonProperty("patient") @Nullable String patient,
            @JsonProperty("encounter") @Nullable String encounter,
            @JsonProperty("fhirContext") @Nullable List<Map<String, Object>> fhirContext,
            @JsonProperty("intent") @Nullable String intent,
            @JsonProperty("need_patient_banner") @Nullable Boolean needPatientBanner,
            @JsonProperty("smart_style_url") @Nullable String smartStyleUrl) {}

    /**
     * What the EHR needs to start the app.
     *
     * @param launch    the value of the {@code launch} parameter
     * @param expiresIn seconds for which it is good
     * @param url       where to send the person, if the app has told where it is started
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NewHandle(
            @JsonProperty("launch") String launch,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("url") @Nullable URI url) {}
}
