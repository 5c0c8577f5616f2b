package health.salus.mapping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A mistake in a mapping stops the start and names the file and the line. */
class MappingSyntaxTest {

    private static final String VALID = """
            message: ORU^R01
            groups:
              patient:
                starts: PID
              result:
                in: patient
                starts: OBX
            resources:
              patient:
                type: Patient
                per: patient
                key: identifier(PID-3)
                write: create-if-none
                set:
                  birthDate: date(PID-7)
                  gender: code(sex, PID-8)
            """;

    @Test
    void correctMappingIsAccepted() {
        assertThat(load(VALID).supports("ORU", "R01")).isTrue();
        assertThat(load(VALID).supports("ORU")).isTrue();
        assertThat(load(VALID).supports("ORU", "R30")).isFalse();
        assertThat(load(VALID).supports("ADT")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "date(PID-7); date(PID-99); test.yaml:15: HL7 v2.5.1 has no PID-99",
                "date(PID-7); date(PID-3.77); test.yaml:15: HL7 v2.5.1 has no PID-3.77",
                "date(PID-7); date(XYZ-1); test.yaml:15: HL7 v2.5.1 has no XYZ-1",
                "date(PID-7); date(OBX-14); test.yaml:15: OBX belongs neither to the group 'patient'",
                "date(PID-7); day(PID-7); test.yaml:15: there is no function day()",
                "date(PID-7); date(PID-7; test.yaml:15: expected ')' at the end",
                "date(PID-7); date(PID-7) PID-8; test.yaml:15: unexpected 'PID-8'",
                "date(PID-7); date(PID-7, PID-8); test.yaml:15: date() takes 1 arguments, not 2",
                "date(PID-7); date(PID-7) %; test.yaml:15: cannot read '%'",
                "date(PID-7); name(PID-5); test.yaml:15: Patient.birthDate cannot be a HumanName",
                "date(PID-7); dateTime(PID-7); test.yaml:15: Patient.birthDate cannot be a DateTimeType",
                "birthDate; birthday; test.yaml:15: Patient has no element 'birthday'",
                "birthDate; name.family; test.yaml:15: Patient has no single element 'name'",
                "code(sex; code(gender; test.yaml:16: there is no table tables/gender.csv",
                "code(sex, PID-8); 'female-ish'; test.yaml:16: Patient.gender cannot be 'female-ish'",
                "identifier(PID-3); identifier(PID-5); test.yaml:12: identifier() reads CX, EI, not XPN",
                "identifier(PID-3); name(PID-5); test.yaml:12: a key is made by identifier() or key()",
                "type: Patient; type: Person2; test.yaml:10: FHIR R4 has no resource 'Person2'",
                "type: Patient; type: Observation; test.yaml:15: Observation.status is mandatory and not set",
                "create-if-none; replace; test.yaml:13: 'replace' is none of create-if-none, update",
                "per: patient; per: person; test.yaml:11: there is no group 'person'",
                "starts: OBX; starts: OBY; test.yaml:7: HL7 v2.5.1 has no segment 'OBY'",
                "starts: OBX; starts: PID; test.yaml:6: PID starts two groups",
                "in: patient; in: visit; test.yaml:6: there is no group 'visit' above this one",
                "write: create; wrte: create; test.yaml:13: 'wrte' is unknown here"
            })
    void mistakeIsNamedWithItsPlace(String right, String wrong, String message) {
        // The literal quotes of the language meet those of the table above.
        String replacement = wrong.equals("female-ish") ? "\"'female-ish'\"" : wrong;
        assertThatThrownBy(() -> load(VALID.replace(right, replacement)))
                .isInstanceOf(MappingSyntaxException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void brokenYamlIsNamedWithItsPlace() {
        assertThatThrownBy(() -> load(VALID + "  : : ["))
                .isInstanceOf(MappingSyntaxException.class)
                .hasMessageStartingWith("test.yaml:17: not YAML");
        assertThatThrownBy(() -> load("")).hasMessage("test.yaml:1: the file is empty");
    }

    @Test
    void twoFilesForOneTypeAreRefused() {
        Map<String, String> files = Map.of("a.yaml", VALID, "b.yaml", VALID);
        assertThatThrownBy(() -> load(files)).hasMessage("b.yaml:1: two files map ORU^R01");
    }

    @Test
    void tableIsCheckedWhenItIsLoaded() {
        assertThatThrownBy(() -> load(Map.of("tables/x.csv", "a,b\n")))
                .hasMessageStartingWith("tables/x.csv:1: the first row");
        assertThatThrownBy(() -> load(Map.of("tables/x.csv", "v2,system,code,display\nA,s\n")))
                .hasMessageStartingWith("tables/x.csv:2: a row has four cells");
        assertThatThrownBy(() -> load(Map.of("tables/x.csv", "# c\nv2,system,code,display\nA,s,c,d\nA,s,c,d\n")))
                .hasMessage("tables/x.csv:4: 'A' has two rows");
    }

    @Test
    void codesThatTheElementCannotHoldAreFoundInTheTable() {
        assertThatThrownBy(() -> load(Map.of(
                        "test.yaml", VALID, "tables/sex.csv", "v2,system,code,display\nF,s,female,\nX,s,feminine,\n")))
                .hasMessage("test.yaml:16: Patient.gender cannot be 'feminine'");
    }

    @Test
    void versionChangesWithAnyFile() {
        assertThat(load(VALID).version()).hasSize(12).isEqualTo(load(VALID).version());
        assertThat(load(VALID + "# changed\n").version())
                .isNotEqualTo(load(VALID).version());
    }

    private static Mappings load(String mapping) {
        return load(Map.of("test.yaml", mapping));
    }

    private static Mappings load(Map<String, String> files) {
        TreeMap<String, String> contents = new TreeMap<>(Map.of(
                "tables/HL70396.csv", "v2,system,code,display\nLN,http://loinc.org,,\n",
                "tables/sex.csv", "v2,system,code,display\nF,s,female,\nM,s,male,\n"));
        contents.putAll(files);
        return Mappings.of(new MappingFiles(contents));
    }
}
