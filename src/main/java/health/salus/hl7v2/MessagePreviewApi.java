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
    private final Mappings mappings;
    private final TransactionTemplate reading;

    MessagePreviewApi(
            MessageCatalog catalog,
            MessagePreviews previews,
            Mappings mappings,
            PlatformTransactionManager transactions) {
        this.catalog = catalog;
        this.previews = previews;
        this.mappings = mappings;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /** Shows what a replay of the message would change in the store, and changes nothing; 404 if there is none. */
    @GetMapping("/{id}/preview")
    MessagePreview preview(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable long id) {
        MessageDetails details = catalog.find(caller.tenant(), id)
                .orElseThrow(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no message of this number"));
        return Objects.requireNonNull(
                reading.execute(status -> previews.preview(details.waiting(caller.tenant()), mappings)));
    }
}
