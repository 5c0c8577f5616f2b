package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What an integration engineer does with the rules at the command line. */
class MappingCommandsTest {

    private static final String MESSAGE = "hl7-mappings/examples/ORU_R01.hl7";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void lintNamesTheTypesThatThereAreRulesFor() {
        assertThat(run("lint", "--mappings", "hl7-mappings")).isZero();
        assertThat(out.toString()).contains("ORU^R01", "ADT^A40", "VXU^V04");
    }

    @Test
    void lintNamesFileAndLineOfAMistake() throws IOException {
        Path file = folder.resolve("segments/PV1.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                Files.readString(Path.of("hl7-mappings/segments/PV1.yaml")).replace("serviceType:", "servicetyp:"));
        assertThat(run("lint", "--mappings", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).matches("(?s)segments/PV1.yaml:\\d+: Encounter has no element 'servicetyp'.*");
    }

    @Test
    void lintOfAFolderThatDoesNotExistFails() {
        assertThat(run("lint", "--mappings", folder.resolve("nowhere").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("nowhere");
    }

    @Test
    void testComparesTheMessagesBesideTheRules() throws IOException {
        assertThat(run("test", "--mappings", "hl7-mappings")).isZero();
        Path golden = folder.resolve("tests/ORU_R01/example");
        Files.createDirectories(golden);
        Files.copy(Path.of(MESSAGE), golden.resolve("in.hl7"));
        Files.createDirectories(folder.resolve("tables"));
        Files.copy(Path.of("hl7-mappings/tables/HL70001.csv"), folder.resolve("tables/HL70001.csv"));
        assertThat(run("test", "--mappings", folder.toString())).isEqualTo(1);
        assertThat(run("test", "--mappings", folder.toString(), "--accept")).isZero();
        Path expected = golden.resolve("expected.json");
        Files.writeString(expected, Files.readString(expected).replace("\"female\"", "\"male\""));
        assertThat(run("test", "--mappings", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("expected: \"gender\": \"male\"", "but was:  \"gender\": \"female\"");
    }

    @Test
    void convertPrintsTheTransaction() {
        assertThat(run("convert", MESSAGE)).isZero();
        assertThat(out.toString()).contains("\"resourceType\": \"Bundle\"", "\"code\": \"2345-7\"");
    }

    @Test
    void convertOfAMessageThatIsRejectedSaysWhy() throws IOException {
        Path message = folder.resolve("bad.hl7");
        Files.writeString(message, "MSH|^~\\&|A|B|||20260301||ORU^R01|1|P|2.5.1\rPID|||4711\r");
        assertThat(run("convert", message.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("Rejected: The message has no ORC or OBR");
    }

    @Test
    void explainNamesRuleAndFieldOfEachElement() {
        assertThat(run("explain", MESSAGE)).isZero();
        assertThat(out.toString().lines())
                .anyMatch(it -> it.matches(" +Patient.birthDate +segments/PID.yaml:\\d+ +PID-7.1 in line 2"))
                .anyMatch(it -> it.matches(" +Observation.value +segments/OBX.yaml:\\d+ +OBX-2.1.*OBX-5.1 in line 7"));
    }

    @Test
    void explainHasALineForEveryElement() throws IOException {
        for (GoldenMessage golden : GoldenMessage.below(Path.of("hl7-mappings/tests"))) {
            out.getBuffer().setLength(0);
            if (run("explain", golden.message().toString()) != 0) {
                continue;
            }
            assertThat(out.toString().lines().filter(it -> it.startsWith("  ")))
                    .isNotEmpty()
                    .allMatch(it ->
                            it.matches("  \\S+ +(segments|messages)/\\w+\\.yaml:\\d+ +(\\(fixed\\)|.+ in line \\d+)"));
            Mapped mapped = (Mapped) OruMapping.MAPPINGS.map(Files.readAllBytes(golden.message()), OruMapping.LAB);
            for (Bundle.BundleEntryComponent entry : mapped.transaction().getEntry()) {
                entry.getResource().children().stream()
                        .filter(Property::hasValues)
                        .map(it -> entry.getResource().fhirType() + "."
                                + it.getName().replace("[x]", ""))
                        .filter(it -> !it.endsWith(".meta"))
                        .forEach(element -> assertThat(out.toString()).contains("  " + element));
            }
        }
    }

    @Test
    void coverageListsWhatNoRuleReads() throws IOException {
        Path message = folder.resolve("in.hl7");
        Files.writeString(
                message,
                "MSH|^~\\&|A|B|||20260301||ADT^A28|1|P|2.5.1\rPID|||4711^^^H^MR||Muster^Max\rZXY|local^data\r");
        assertThat(run("coverage", folder.toString())).isZero();
        assertThat(out.toString()).contains("2 of 2  ZXY-1").doesNotContain("PID-5");
    }

    @Test
    void commandWithoutAMessageShowsItsUse() {
        assertThat(run("coverage")).isEqualTo(2);
        assertThat(run("convert", "--help")).isZero();
        assertThat(run("convert", folder.resolve("nowhere.hl7").toString())).isEqualTo(1);
    }

    private int run(String... arguments) {
        CommandLine group = new CommandLine(CommandSpec.create().name("hl7v2"));
        MappingCommands.all().forEach(group::addSubcommand);
        group.setOut(new PrintWriter(out, true));
        group.setErr(new PrintWriter(err, true));
        return group.execute(arguments);
    }
}
