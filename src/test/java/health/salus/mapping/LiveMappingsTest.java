package health.salus.mapping;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Rules that are changed while the server runs. */
class LiveMappingsTest {

    private static final String HEADER = "v2,system,code,display\n";

    @TempDir
    Path site;

    private final List<String> kept = new ArrayList<>();
    private boolean storeIsAway;
    private LiveMappings live;
    private String version;

    @BeforeEach
    void load() throws IOException {
        write("conceptmaps/lab.csv", HEADER);
        live = LiveMappings.load(site.toUri().toString(), this::keep);
        version = live.current().version();
    }

    @Test
    void rulesWithAMistakeNeverComeIntoForceAndTheLastGoodOnesStay() throws IOException {
        String rules = Files.readString(Path.of("hl7-mappings/segments/OBX.yaml"));
        write("segments/OBX.yaml", rules.replace("OBX-16", "OBX-166"));
        assertThat(live.reload().mistake())
                .hasValueSatisfying(it -> assertThat(it).matches("segments/OBX.yaml:\\d+: .*OBX-166.*"));
        assertThat(live.current().version()).isEqualTo(version);

        write("segments/OBX.yaml", rules + "# mended\n");
        assertThat(live.reload().mistake()).isEmpty();
        assertThat(live.current().version()).isNotEqualTo(version);
    }

    @Test
    void changeComesIntoForceWhenItIsTheSameAtTwoLooks() throws IOException {
        write("conceptmaps/lab.csv", HEADER + "K,http://loinc.org,2823-3,Potassium\n");
        live.look();
        write(
                "conceptmaps/lab.csv",
                HEADER + "K,http://loinc.org,2823-3,Potassium\nNA,http://loinc.org,2951-2,Sodium\n");
        live.look();
        assertThat(live.current().version()).isEqualTo(version);
        live.look();
        assertThat(live.current().version()).isNotEqualTo(version);
        assertThat(live.current().files().get("conceptmaps/lab.csv")).contains("2951-2");
    }

    @Test
    void mistakeIsFoundByLookingAndIsGoneWhenTheFileIsAsItWas() throws IOException {
        write("conceptmaps/lab.csv", HEADER + "K,http://loinc.org\n");
        live.look();
        live.look();
        assertThat(live.state().mistake())
                .hasValue("conceptmaps/lab.csv:2: a row has four cells: v2,system,code,display");
        assertThat(live.current().version()).isEqualTo(version);
        write("conceptmaps/lab.csv", HEADER);
        live.look();
        live.look();
        assertThat(live.state().mistake()).isEmpty();
    }

    @Test
    void folderThatIsGoneIsAMistakeAndTheRulesStay() throws IOException {
        Files.delete(site.resolve("conceptmaps/lab.csv"));
        live.look();
        live.look();
        assertThat(live.state().mistake()).isPresent();
        assertThat(live.current().version()).isEqualTo(version);
    }

    @Test
    void fileThatIsNoTextIsAMistake() throws IOException {
        Files.write(
                site.resolve("conceptmaps/lab.csv"), (HEADER + "K,,K,Kälium\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(live.reload().mistake()).hasValue("conceptmaps/lab.csv:1: the file is not in UTF-8");
        write("conceptmaps/lab.csv", HEADER + "K\0,,K,Potassium\n");
        assertThat(live.reload().mistake()).hasValue("conceptmaps/lab.csv:2: holds a NUL character");
    }

    @Test
    void rulesAreKeptBeforeTheyComeIntoForceOrDoNot() throws IOException {
        assertThat(kept).containsExactly(version);
        write("conceptmaps/lab.csv", HEADER + "K,http://loinc.org,2823-3,Potassium\n");
        storeIsAway = true;
        assertThatThrownBy(live::reload).hasMessage("away");
        assertThat(live.current().version()).isEqualTo(version);
        storeIsAway = false;
        live.look();
        assertThat(live.current().version()).isNotEqualTo(version);
        assertThat(kept).containsExactly(version, live.current().version());
    }

    @Test
    void rulesMadeOfTheirTextAreTheSameRules() {
        Mappings again = Mappings.of(live.current().files());
        assertThat(again.version()).isEqualTo(version);
        assertThat(again.types()).isEqualTo(live.current().types());
    }

    private void keep(Mappings rules) {
        if (storeIsAway) {
            throw new IllegalStateException("away");
        }
        kept.add(rules.version());
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(site.resolve(file).getParent());
        Files.writeString(site.resolve(file), content);
    }
}
