package health.salus.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import health.salus.database.CommandDatabase;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code audit verify}: follows the whole trail and says whether anything in it was changed, taken out, put in or moved.
 *
 * <p>It looks at the database itself, also while a server runs on it. Exit code 0: nothing found; 1: findings, one a line;
 * 2: it could not look.
 */
@Command(
        name = "verify",
        description = "Checks that nothing in the audit trail was changed, taken out, put in or moved.",
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {

    @Option(
            names = "--data-dir",
            description = "data directory of the server (default: ${DEFAULT-VALUE})",
            defaultValue = "${SALUS_DATA_DIR:-data}")
    private Path dataDirectory = Path.of("");

    @Option(names = "--db-url", description = "JDBC URL; SALUS_DB_URL", defaultValue = "${SALUS_DB_URL}")
    private @Nullable String url;

    @Option(names = "--db-user", description = "database role; SALUS_DB_USER", defaultValue = "${SALUS_DB_USER}")
    private @Nullable String user;

    @Option(
            names = "--db-password",
            description = "its password; SALUS_DB_PASSWORD",
            defaultValue = "${SALUS_DB_PASSWORD}")
    private @Nullable String password;

    @Option(names = "--key", description = "audit.key of another server on the same database; may be repeated")
    private List<Path> otherKeys = new ArrayList<>();

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** Returns the exit code. */
    @Override
    public Integer call() {
        PrintWriter errors = command.commandLine().getErr();
        try (CommandDatabase database = database();
                Connection connection = database.connect()) {
            return verify(connection);
        } catch (JsonProcessingException e) {
            errors.println("The checkpoint file is damaged");
            return 1;
        } catch (IOException | UncheckedIOException | SQLException e) {
            errors.println("The trail cannot be read: " + e.getMessage());
            return 2;
        }
    }

    private CommandDatabase database() throws IOException {
        return url == null || url.isBlank()
                ? CommandDatabase.embedded(dataDirectory)
                : CommandDatabase.given(url, user, password);
    }

    private int verify(Connection connection) throws IOException, SQLException {
        Optional<Checkpoint> checkpoint = Checkpoints.last(dataDirectory);
        PrintWriter out = command.commandLine().getOut();
        if (checkpoint.isPresent() && !checkpoint.get().isOf(CheckpointKey.in(keys()))) {
            out.println("checkpoint: its signature is not this server's");
            return 1;
        }
        ChainVerification verification = new ChainVerification(secrets(), checkpoint, ChainLink.START);
        new AuditRows(connection).forEachBehind(0, verification);
        verification.findings().forEach(out::println);
        out.println(verification.rows() + " rows, last hash "
                + verification.last().hex() + ", "
                + checkpoint.map(it -> "checkpoint at row " + it.seq()).orElse("no checkpoint"));
        return verification.findings().isEmpty() ? 0 : 1;
    }

    private Map<String, AuditSecret> secrets() throws IOException {
        Map<String, AuditSecret> secrets = new HashMap<>();
        List<Path> files = new ArrayList<>(otherKeys);
        files.add(keys().resolve(AuditSecret.FILE));
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new IOException("There is no key " + file.toAbsolutePath());
            }
            AuditSecret secret = AuditSecret.of(file);
            secrets.put(secret.id(), secret);
        }
        return secrets;
    }

    private Path keys() {
        return dataDirectory.resolve("keys");
    }
}
