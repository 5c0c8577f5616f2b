package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * What a list says of a stored message.
 *
 * @param id              its number, which follows the order of arrival
 * @param state           how far it has come
 * @param reason          why it needs a person, or what that person said
 * @param warnings        what could not be carried over as it was meant
 * @param attempts        how often it was tried without success
 * @param controlIdReused whether another message came before under the same control id
 * @param editedFrom      the message that this is an edited copy of
 */
record MessageSummary(
        long id,
        String feed,
        MessageState state,
        String type,
        String controlId,
        String sendingApplication,
        String sendingFacility,
        Instant receivedAt,
        @Nullable Instant processedAt,
        @Nullable String reason,
        List<String> warnings,
        @Nullable String mappingVersion,
        int attempts,
        boolean controlIdReused,
        @Nullable Long editedFrom,
        @Nullable String note) {}
