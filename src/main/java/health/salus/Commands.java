package health.salus;

import health.salus.audit.VerifyCommand;
import health.salus.smart.TokenCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

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
        CommandLine commands = new CommandLine(new Commands());
        CommandLine smart = new CommandLine(CommandSpec.create().name("smart").mixinStandardHelpOptions(true));
        smart.getCommandSpec().usageMessage().description("Tokens and clients.");
        smart.addSubcommand(new TokenCommand());
        commands.addSubcommand(smart);
        CommandLine audit = new CommandLine(CommandSpec.create().name("audit").mixinStandardHelpOptions(true));
        audit.getCommandSpec().usageMessage().description("The audit trail.");
        audit.addSubcommand(new VerifyCommand());
        commands.addSubcommand(audit);
        return commands.execute(arguments);
    }

    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"Salus " + (version == null ? "(not packaged)" : version)};
        }
    }
}
