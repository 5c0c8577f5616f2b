package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code /api/break-glass}: a practitioner opens the record of a patient in an emergency, to read and for an hour at most; an
 * administrator reviews it.
 */
@RestController
@RequestMapping("/api/break-glass")
@AllowedTo(Role.ADMIN)
class BreakGlassApi {

    private static final int LONGEST = 60;
    private static final int SHORTEST_REASON = 10;
    private static final int LONGEST_TEXT = 1000;

    private final EmergencyAccesses accesses;
    private final PatientRecords patients;
    private final ApplicationEventPublisher events;

    BreakGlassApi(EmergencyAccesses accesses, PatientRecords patients, ApplicationEventPublisher events) {
        this.accesses = accesses;
        this.patients = patients;
        this.events = events;
    }

    /**
     * Opens a record, 201; 400 if the reason is missing or says nothing, the time is not 1 to 60 minutes, or there is no such
     * patient. An alert tells the administrators, and the trail whose record it was.
     */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @AllowedTo(Role.PRACTITIONER)
    View open(@AuthenticationPrincipal SmartPrincipal caller, @RequestBody NewAccess access) {
        String reason = text(access.reason(), SHORTEST_REASON, "reason says why, in 10 to 1000 characters");
        int minutes = Optional.ofNullable(access.minutes()).orElse(LONGEST);
        if (minutes < 1 || minutes > LONGEST) {
            throw Administration.badRequest("minutes is 1 to 60");
        }
        String patient = Optional.ofNullable(access.patient())
                .filter(it -> patients.exists(caller.tenant(), it))
                .orElseThrow(() -> Administration.badRequest("patient must be the id of a Patient of this tenant"));
        EmergencyAccess opened = accesses.open(caller, patient, reason, Duration.ofMinutes(minutes));
        events.publishEvent(new EmergencyOpened(opened.id(), caller.tenant(), patient));
        return View.of(opened);
    }

    /** Lists those of the tenant, the newest first, at most 500; only those that nobody has reviewed with {@code open=true}. */
    @GetMapping
    List<View> list(
            @AuthenticationPrincipal SmartPrincipal caller,
            @RequestParam(name = "open", defaultValue = "false") boolean open) {
        return accesses.of(caller.tenant(), open).stream().map(View::of).toList();
    }

    /** Notes the review, and returns it; 404 if there is none of this id, 409 if somebody has reviewed it. */
    @PostMapping("/{id}/review")
    View review(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable UUID id, @RequestBody NewReview review) {
        String finding = text(review.finding(), 1, "finding says in 1 to 1000 characters what came of it");
        EmergencyAccess reviewed = accesses.find(caller.tenant(), id)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such access"));
        if (reviewed.subject().equals(caller.subject())) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "Nobody reviews themselves");
        }
        if (!accesses.review(caller.tenant(), id, caller.subject(), finding)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "It has been reviewed");
        }
        return accesses.find(caller.tenant(), id).map(View::of).orElseThrow();
    }

    private static String text(@Nullable String given, int shortest, String otherwise) {
        String text = Optional.ofNullable(given).orElse("").strip();
        if (text.length() < shortest || text.length() > LONGEST_TEXT || text.indexOf(0) >= 0) {
            throw Administration.badRequest(otherwise);
        }
        return text;
    }

    /**
     * What is needed to open a record.
     *
     * @param patient id of the Patient
     * @param reason  why, in 10 to 1000 characters
     * @param minutes for how long, 1 to 60; 60 if it is left out
     */
    record NewAccess(
            @Nullable String patient,
            @Nullable String reason,
            @Nullable Integer minutes) {}

    /** What the review found, in 1 to 1000 characters. */
    record NewReview(@Nullable String finding) {}

    /** An access as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            UUID id,
            String subject,
            @Nullable String fhirUser,
            String client,
            String patient,
            String reason,
            Instant openedAt,
            Instant expiresAt,
            @Nullable Instant reviewedAt,
            @Nullable String reviewedBy,
            @Nullable String finding) {

        static View of(EmergencyAccess access) {
            return new View(
                    access.id(),
                    access.subject(),
                    access.fhirUser(),
                    access.clientId(),
                    access.patient(),
                    access.reason(),
                    access.openedAt(),
                    access.expiresAt(),
                    access.reviewedAt(),
                    access.reviewedBy(),
                    access.review());
        }
    }
}
