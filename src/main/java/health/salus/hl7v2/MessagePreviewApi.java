package health.salus.hl7v2;

import health.salus.mapping.Mappings;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.Objects;

/** {@code /api/hl7v2/messages/{id}/preview}: what a replay would change, for those who are about to order one. */
@RestController
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@RequestMapping("/api/hl7v2/messages")
@AllowedTo(Role.ADMIN)
class MessagePreviewApi {

    private final MessageCatalog catalog;
    private final MessagePreviews previews;
    private final MessageRules rules;
    private final TransactionTemplate reading;

    MessagePreviewApi(
            MessageCatalog catalog,
            MessagePreviews previews,
            MessageRules rules,
            PlatformTransactionManager transactions) {
        this.catalog = catalog;
        this.previews = previews;
        this.rules = rules;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /**
     * Shows what a replay of the message would change in the store, and changes nothing; 404 if there is none, 409 if its
     * original mapping was not kept.
     *
     * @param mapping {@code current} or {@code original}, as for the replay
     */
    @GetMapping("/{id}/preview")
    MessagePreview preview(
            @AuthenticationPrincipal SmartPrincipal caller,
            @PathVariable long id,
            @RequestParam(defaultValue = "current") String mapping) {
        MessageDetails details = catalog.find(caller.tenant(), id)
                .orElseThrow(() -> refused(HttpStatus.NOT_FOUND, "There is no message of this number"));
        Mappings mappings = mappings(details.message(), mapping);
        return Objects.requireNonNull(
                reading.execute(status -> previews.preview(details.waiting(caller.tenant()), mappings)));
    }

    private Mappings mappings(MessageSummary message, String mapping) {
        ReplayMapping choice = ReplayMapping.read(mapping)
                .orElseThrow(() -> refused(HttpStatus.BAD_REQUEST, "mapping is current or original"));
        String version = choice.version(message);
        return rules.of(version)
                .filter(it -> choice == ReplayMapping.CURRENT || version != null)
                .orElseThrow(() -> refused(HttpStatus.CONFLICT, "The original mapping of this message was not kept"));
    }

    private static ResponseStatusException refused(HttpStatus status, String reason) {
        return new ResponseStatusException(status, reason);
    }
}
