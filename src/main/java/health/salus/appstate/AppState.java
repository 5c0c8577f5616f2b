package health.salus.appstate;

import org.hl7.fhir.r4.model.Basic;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/**
 * What an app keeps under a code.
 *
 * @param id      its logical id
 * @param version counted up with each change, from 1
 * @param changed when that was
 * @param subject whom it is about, as {@code Patient/17}, or null if it is for everybody who uses the app
 * @param system  system of the code
 * @param code    what the app calls it
 * @param content the code and the extensions, as the app has sent them
 */
record AppState(
        UUID id, long version, Instant changed, @Nullable String subject, String system, String code, Basic content) {}
