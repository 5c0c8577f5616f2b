package health.salus.hl7v2;

import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.io.IOException;
import java.util.List;

/** {@code POST /api/hl7v2/{feed}}: takes in a message, or a batch of them, over HTTP. */
@RestController
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@RequestMapping("/api/hl7v2")
@AllowedTo({Role.ADMIN, Role.SYSTEM})
class MessageIntakeApi {

    /** The media type of messages with bars and hats, as HL7 over HTTP names it. */
    static final String ER7 = "x-application/hl7-v2+er7";

    private final Feeds feeds;
    private final MessageIntake intake;
    private final Hl7v2Settings limits;

    MessageIntakeApi(Feeds feeds, MessageIntake intake, Hl7v2Settings limits) {
        this.feeds = feeds;
        this.intake = intake;
        this.limits = limits;
    }

    /**
     * Stores what the body holds and answers with the acknowledgments. 200 if all of it is kept; 422 with the
     * acknowledgments if some message is not; 404 if the caller's tenant has no such feed; 413 if the body is longer than
     * {@code max-frame-size}; 422 without anything kept if the counts of a batch are wrong.
     */
    @PostMapping(path = "/{feed}", consumes = ER7)
    ResponseEntity<byte[]> take(
            @AuthenticationPrincipal SmartPrincipal caller, @PathVariable String feed, HttpServletRequest request)
            throws IOException {
        MessageFeed taking = feeds.find(feed)
                .filter(it -> it.tenant().equals(caller.tenant()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such feed"));
        BatchFile file = BatchFile.read(read(request));
        if (!file.isWhole()) {
            throw new ResponseStatusException(
                    HttpStatus.UNPROCESSABLE_ENTITY, file.problem() + "; nothing of it was taken in");
        }
        List<Reply> replies = intake.take(taking, file);
        boolean kept = replies.stream().allMatch(it -> it.fate() == Reply.Fate.KEPT);
        return ResponseEntity.status(kept ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_ENTITY)
                .contentType(MediaType.parseMediaType(ER7))
                .body(MessageIntake.join(replies));
    }

    private byte[] read(HttpServletRequest request) throws IOException {
        int most = Math.toIntExact(limits.maxFrameSize().toBytes());
        byte[] content = request.getInputStream().readNBytes(most + 1);
        if (content.length > most) {
            throw new ResponseStatusException(
                    HttpStatus.PAYLOAD_TOO_LARGE, "The body is longer than " + limits.maxFrameSize());
        }
        return content;
    }
}
