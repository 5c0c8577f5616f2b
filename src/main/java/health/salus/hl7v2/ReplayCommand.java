package health.salus.hl7v2;

import health.salus.audit.AuditAgent;
import health.salus.audit.AuditEntry;
import health.salus.audit.AuditKind;
import health.salus.audit.AuditOutcome;
import health.salus.audit.AuditUnavailableException;
import health.salus.audit.CommandTrail;
import health.salus.database.CommandDatabase;
import health.salus.mapping.Mappings;
import health.salus.tenant.TenantId;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * {@code hl7v2 replay}: lets stored messages be processed again, or shows what that would change.
 *
 * <p>It works on the database itself, also beside a running server, which then processes what was marked. Exit code 0: done;
 * 1: no message was found, or one could not be replayed; 2: it could not look.
 */
@Command(
        name = "replay",
        description = {
            "Lets stored messages be processed again by the server, with its rules; recorded in the audit trail.",
            "With --dry-run prints what would change, message by message, and writes nothing: patient data.",
            "Takes the settings of the server (SALUS_*), which may go on working meanwhile."
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int NOT_LOOKED = 2;

    private final Supplier<ConfigurableEnvironment> environment;

    @Parameters(
            paramLabel = "ID",
            arity = "0..*",
            description = "numbers of messages; without any, those that the options say")
    private List<Long> ids = new ArrayList<>();

    @Option(names = "--dry-run", description = "prints what would change and writes nothing")
    private boolean dryRun;

    @Option(
            names = "--mapping",
            description =
                    "current: the rules in force; original: those it was processed with (default: ${DEFAULT-VALUE})",
            defaultValue = "current")
    private String mapping = "";

    @Option(names = "--tenant", description = "whose messages (default: ${DEFAULT-VALUE})", defaultValue = "default")
    private String tenant = "";

    @Mixin
    private MessageSelection selection = new MessageSelection();

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** @param environment reads the settings of the server */
    public ReplayCommand(Supplier<ConfigurableEnvironment> environment) {
        this.environment = environment;
    }

    /** Returns the exit code. */
    @Override
    public Integer call() {
        PrintWriter errors = command.commandLine().getErr();
        if (ids.isEmpty() && selection.isEmpty()) {
            errors.println("Say which messages: numbers, or one of --state, --feed, --control-id, --patient, --from");
            return NOT_LOOKED;
        }
        if (ReplayMapping.read(mapping).isEmpty()) {
            errors.println("--mapping is current or original");
            return NOT_LOOKED;
        }
        ConfigurableEnvironment settings = environment.get();
        try (CommandDatabase database = CommandDatabase.of(settings);
                Connection connection = database.connect()) {
            return dryRun ? preview(settings, connection) : replay(settings, database, connection);
        } catch (IOException | SQLException | RuntimeException problem) {
            errors.println("Could not look: "
                    + NestedExceptionUtils.getMostSpecificCause(problem).getMessage());
            return NOT_LOOKED;
        }
    }

    private int preview(ConfigurableEnvironment environment, Connection connection) throws IOException, SQLException {
        // PostgreSQL itself refuses whatever would be written, and shows all messages one and the same store.
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        JdbcClient database = client(connection);
        Hl7v2Settings settings = Binder.get(environment).bindOrCreate("salus.hl7v2", Hl7v2Settings.class);
        MessagePreviews previews = MessagePreviews.in(database, Feeds.of(settings), settings.maxMovedResources());
        Mappings mappings = Mappings.load(
                MappingLocation.choose(settings.mappings(), Path.of("").toAbsolutePath()));
        MessageRules rules = new MessageRules(() -> mappings, new MappingHistory(database));
        MessageCatalog catalog = new MessageCatalog(database);
        PreviewText text = new PreviewText(command.commandLine().getOut());
        int found = 0;
        for (long id : selected(catalog)) {
            Optional<MessageDetails> message = catalog.find(tenant(), id);
            Optional<Mappings> rulesOfMessage = message.flatMap(it -> rules(rules, it.message()));
            if (rulesOfMessage.isPresent()) {
                found++;
                text.print(
                        message.get().message(),
                        previews.preview(message.get().waiting(tenant()), rulesOfMessage.get()));
            } else {
                refuse(id);
            }
        }
        text.printSum();
        return found > 0 ? DONE : FAILED;
    }

    private int replay(ConfigurableEnvironment environment, CommandDatabase database, Connection connection) {
        JdbcClient client = client(connection);
        MessageCatalog catalog = new MessageCatalog(client);
        MappingHistory history = new MappingHistory(client);
        Path dataDirectory = Path.of(environment.getRequiredProperty("salus.data-dir"));
        int replayed = 0;
        int refused = 0;
        try (CommandTrail trail = CommandTrail.open(database.dataSource(), dataDirectory)) {
            for (long id : selected(catalog)) {
                if (replay(id, catalog, history, trail)) {
                    replayed++;
                } else {
                    refused++;
                    refuse(id);
                }
            }
        } catch (AuditUnavailableException away) {
            command.commandLine().getErr().println("The audit trail cannot be written; the rest was not replayed");
            refused++;
        }
        command.commandLine().getOut().println(replayed + " messages wait to be processed again");
        return refused == 0 && replayed > 0 ? DONE : FAILED;
    }

    private boolean replay(long id, MessageCatalog catalog, MappingHistory history, CommandTrail trail) {
        Optional<MessageSummary> message = catalog.find(tenant(), id).map(MessageDetails::message);
        if (message.isEmpty() || !isKept(message.get(), history)) {
            return false;
        }
        // Recorded first: what cannot be recorded must not happen.
        trail.record(entry(id));
        return catalog.replay(tenant(), id, choice().version(message.get()));
    }

    private boolean isKept(MessageSummary message, MappingHistory history) {
        String version = message.mappingVersion();
        return choice() == ReplayMapping.CURRENT
                || version != null && history.files(version).isPresent();
    }

    private Optional<Mappings> rules(MessageRules rules, MessageSummary message) {
        return choice() == ReplayMapping.ORIGINAL && message.mappingVersion() == null
                ? Optional.empty()
                : rules.of(choice().version(message));
    }

    private ReplayMapping choice() {
        return ReplayMapping.read(mapping).orElseThrow();
    }

    private AuditEntry entry(long id) {
        return AuditEntry.of(
                tenant(),
                AuditKind.COMMAND,
                "hl7v2 replay",
                AuditOutcome.SUCCESS,
                "",
                AuditAgent.program("hl7v2 replay").named(System.getProperty("user.name"), "system", "hl7v2 replay"),
                String.valueOf(id),
                List.of());
    }

    private List<Long> selected(MessageCatalog catalog) {
        return ids.isEmpty()
                ? catalog.list(tenant(), selection.query()).stream()
                        .map(MessageSummary::id)
                        .sorted()
                        .toList()
                : ids;
    }

    private void refuse(long id) {
        command.commandLine()
                .getErr()
                .println(id + ": there is no such message, it waits to be processed already,"
                        + " or its original mapping was not kept");
    }

    private TenantId tenant() {
        return new TenantId(tenant);
    }

    private static JdbcClient client(Connection connection) {
        return JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }
}
