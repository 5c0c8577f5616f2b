package health.salus;

import health.salus.audit.VerifyCommand;
import health.salus.blob.ReconcileCommand;
import health.salus.blob.SetupBucketCommand;
import health.salus.hl7v2.ReplayCommand;
import health.salus.keycloak.RealmCommand;
import health.salus.mapping.MappingCommands;
import health.salus.smart.TokenCommand;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

import java.util.stream.Stream;

/** The commands of the jar beside serving. None of them starts the server. */
@Command(
        name = "salus",
        description = "Without a command, serves.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        synopsisSubcommandLabel = "[GROUP COMMAND]")
final class Commands {

    private Commands() {}

    /** Runs a command and returns its exit code: 0 done, 1 failed, 2 not understood. */
    static int run(String... arguments) {
        // What a command prints is its result, and may go into the next one; libraries keep their greetings to
        // themselves.
        LoggingSystem.get(Commands.class.getClassLoader()).beforeInitialize();
        CommandLine commands = new CommandLine(new Commands());
        commands.addSubcommand(group("smart", "Tokens and clients.", new TokenCommand()));
        commands.addSubcommand(group(
                "blob",
                "Attachments and the store they lie in.",
                new ReconcileCommand(CommandContext::withDatabase),
                new SetupBucketCommand(CommandContext::settings)));
        commands.addSubcommand(group(
                "hl7v2",
                "HL7 v2 mappings and messages.",
                Stream.concat(MappingCommands.all().stream(), Stream.of(new ReplayCommand(CommandContext::settings)))
                        .toArray()));
        commands.addSubcommand(group("keycloak", "Keycloak as the issuer of the tokens.", new RealmCommand()));
        commands.addSubcommand(group("audit", "The audit trail.", new VerifyCommand()));
        return commands.execute(arguments);
    }

    private static CommandLine group(String name, String description, Object... members) {
        CommandLine group = new CommandLine(CommandSpec.create().name(name).mixinStandardHelpOptions(true));
        group.getCommandSpec().usageMessage().description(description);
        for (Object member : members) {
            group.addSubcommand(member);
        }
        return group;
    }

    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"Salus " + (version == null ? "(not packaged)" : version)};
        }
    }
}
