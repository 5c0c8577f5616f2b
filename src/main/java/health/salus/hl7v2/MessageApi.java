package health.salus.hl7v2;

import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;

/**
 * {@code /api/hl7v2/messages}: the messages of the caller's tenant, for those who run its feeds. What is refused is answered
 * as RFC 9457 problem details.
 */
@RestController
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
@RequestMapping("/api/hl7v2/messages")
@AllowedTo(Role.ADMIN)
class MessageApi {

    private static final int LONGEST_NOTE = 500;

    private final MessageCatalog catalog;
    private final MessageStore store;
    private final Feeds feeds;
    private final MessageWorkers workers;
    private final MessageRules rules;
    private final TransactionOperations transactions;

    MessageApi(
            MessageCatalog catalog,
            MessageStore store,
            Feeds feeds,
            MessageWorkers workers,
            MessageRules rules,
            PlatformTransactionManager transactions) {
        this.catalog = catalog;
        this.store = store;
        this.feeds = feeds;
        this.workers = workers;
        this.rules = rules;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Lists messages, the last that came first; {@code next} is the {@code before} of the next page. */
    @GetMapping
    Page list(@AuthenticationPrincipal SmartPrincipal caller, MessageQuery query) {
        List<MessageSummary> messages = catalog.list(caller.tenant(), query);
        boolean more = messages.size() == query.size();
        return new Page(messages, more ? messages.get(messages.size() - 1).id() : null);
    }

    /** Returns one message with its content; 404 if the tenant has none of this number. */
    @GetMapping("/{id}")
    MessageDetails read(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable long id) {
        return require(caller.tenant(), id);
    }

    /**
     * Lets a message be processed again; 409 if it waits for that already, or if the original mapping was not kept.
     *
     * @param mapping {@code current} for the mapping as it is when its turn comes, {@code original} for the one it was
     *     processed with before
     */
    @PostMapping("/{id}/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void replay(
            @AuthenticationPrincipal SmartPrincipal caller,
            @PathVariable long id,
            @RequestParam(defaultValue = "current") String mapping) {
        MessageSummary message = require(caller.tenant(), id).message();
        if (!catalog.replay(caller.tenant(), id, version(message, mapping))) {
            throw refused(HttpStatus.CONFLICT, "The message waits to be processed already");
        }
        workers.wake();
    }

    private @Nullable String version(MessageSummary message, String mapping) {
        ReplayMapping choice = ReplayMapping.read(mapping)
                .orElseThrow(() -> refused(HttpStatus.BAD_REQUEST, "mapping is current or original"));
        String version = choice.version(message);
        if (choice == ReplayMapping.ORIGINAL
                && (version == null || rules.of(version).isEmpty())) {
            throw refused(HttpStatus.CONFLICT, "The original mapping of this message was not kept");
        }
        return version;
    }

    /** Ends the processing of a message; 409 if it was processed already. */
    @PostMapping("/{id}/discard")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void discard(
            @AuthenticationPrincipal SmartPrincipal caller, @PathVariable long id, @RequestBody Discarding discarding) {
        MessageDetails details = require(caller.tenant(), id);
        String reason = text(discarding.reason());
        if (reason.isEmpty()) {
            throw refused(HttpStatus.BAD_REQUEST, "The reason is missing");
        }
        if (!catalog.discard(caller.tenant(), id, reason, discarded(details))) {
            throw refused(HttpStatus.CONFLICT, "The message was processed or discarded already");
        }
    }

    /**
     * Processes an edited copy in place of a message, which is kept as it came and discarded if it was not processed.
     *
     * @param content the whole message; 400 if it has no header, 409 if the same message is there already
     * @return where the copy is
     */
    @PostMapping(path = "/{id}/edit", consumes = MessageIntakeApi.ER7)
    @ResponseStatus(HttpStatus.CREATED)
    Edited edit(
            @AuthenticationPrincipal SmartPrincipal caller,
            @PathVariable long id,
            @RequestBody byte[] content,
            @RequestParam(required = false) @Nullable String note) {
        MessageDetails original = require(caller.tenant(), id);
        MessageHeader header = MessageHeader.read(content)
                .orElseThrow(() -> refused(HttpStatus.BAD_REQUEST, Refusal.NO_HEADER.text()));
        if (Bytes.containsSecondHeader(content)) {
            throw refused(HttpStatus.BAD_REQUEST, "The body holds several messages");
        }
        NewMessage copy = new NewMessage(header, content, Reply.of(Reply.NONE), null);
        MessageFeed feed =
                feeds.of(original.message().feed()).named(original.message().feed(), caller.tenant());
        Long added = transactions.execute(status -> store(caller.tenant(), original, feed, copy, text(note)));
        if (added == null) {
            throw refused(HttpStatus.CONFLICT, "The very same message is there already; replay that one");
        }
        workers.wake();
        return new Edited(added);
    }

    private @Nullable Long store(
            TenantId tenant, MessageDetails original, MessageFeed feed, NewMessage copy, String note) {
        if (!store.add(feed, copy).added()) {
            return null;
        }
        long id = catalog.markEdited(tenant, original.message().id(), copy, note);
        catalog.discard(tenant, original.message().id(), "Replaced by the edited message " + id, discarded(original));
        return id;
    }

    private byte[] discarded(MessageDetails details) {
        return Acknowledgment.outcome(
                feeds.of(details.message().feed()), details.content(), "A person decided not to process the message");
    }

    private MessageDetails require(TenantId tenant, long id) {
        return catalog.find(tenant, id)
                .orElseThrow(() -> refused(HttpStatus.NOT_FOUND, "There is no message of this number"));
    }

    private static String text(@Nullable String given) {
        String text = given == null ? "" : given.strip();
        if (text.length() > LONGEST_NOTE) {
            throw refused(HttpStatus.BAD_REQUEST, "A note or reason has at most " + LONGEST_NOTE + " characters");
        }
        return text.replace("\0", "");
    }

    private static ResponseStatusException refused(HttpStatus status, String reason) {
        return new ResponseStatusException(status, reason);
    }

    /** Some messages, and the number from which the next page goes on; null on the last one. */
    record Page(List<MessageSummary> messages, @Nullable Long next) {}

    /** Why a message is discarded. */
    record Discarding(@Nullable String reason) {}

    /** The number of an edited copy. */
    record Edited(long id) {}
}
