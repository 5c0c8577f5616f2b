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

    private static final String STRUCTURE = "structures/S.yaml";
    private static final String SEGMENT = "segments/OBX.yaml";
    private static final String MESSAGE = "messages/M.yaml";

    private static final Map<String, String> VALID = Map.of(
            STRUCTURE,
            """
            groups:
              patient:
                starts: PID
              next-of-kin:
                in: patient
                starts: NK1
              result:
                in: patient
                starts: OBX
            """,
            SEGMENT,
            """
            Observation:
              type: Observation
              key: identifier(OBX-21)
              write: update
              set:
                status: code(status, OBX-11)
                code: concept(OBX-3)
                subject: reference(patient)
                effective: dateTime(OBX-14 | OBR-7)
            """,
            MESSAGE,
            """
            message: ORU^R01
            structure: S
            resources:
              patient:
                type: Patient
                per: patient
                key: identifier(PID-3)
                write: create-if-none
                set:
                  birthDate: date(PID-7)
                  gender: code(sex, PID-8)
                  contact:
                    each: next-of-kin
                    set:
                      name: name(NK1-2)
              observation:
                use: OBX.Observation
                per: result
                set:
                  note: annotation(OBX-5)
            """,
            "tables/HL70396.csv",
            "v2,system,code,display\nLN,http://loinc.org,,\n",
            "tables/status.csv",
            "v2,system,code,display\nF,s,final,\n",
            "tables/sex.csv",
            "v2,system,code,display\nF,s,female,\nM,s,male,\n");

    @Test
    void correctMappingIsAccepted() {
        Mappings mappings = load(VALID);
        assertThat(mappings.supports("ORU", "R01")).isTrue();
        assertThat(mappings.supports("ORU")).isTrue();
        assertThat(mappings.supports("ORU", "R30")).isFalse();
        assertThat(mappings.supports("ADT")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "date(PID-7); date(PID-99); 10: HL7 v2.5.1 has no PID-99",
                "date(PID-7); date(PID-3.77); 10: HL7 v2.5.1 has no PID-3.77",
                "date(PID-7); date(XYZ-1); 10: HL7 v2.5.1 has no XYZ-1",
                "date(PID-7); date(OBX-14); 10: OBX belongs neither to the group 'patient'",
                "date(PID-7); day(PID-7); 10: there is no function day()",
                "date(PID-7); date(PID-7; 10: expected ')' at the end",
                "date(PID-7); date(PID-7) PID-8; 10: unexpected 'PID-8'",
                "date(PID-7); date(PID-7, PID-8); 10: date() takes 1 arguments, not 2",
                "date(PID-7); date(PID-7) %; 10: cannot read '%'",
                "date(PID-7); name(PID-5); 10: Patient.birthDate cannot be a HumanName",
                "date(PID-7); dateTime(PID-7); 10: Patient.birthDate cannot be a DateTimeType",
                "birthDate; birthday; 10: Patient has no element 'birthday'",
                "birthDate; name.family; 10: Patient has no single element 'name'",
                "birthDate; generalPractitioner.x; 10: Patient has no single element 'generalPractitioner'",
                "code(sex; code(gender; 11: there is no table tables/gender.csv",
                "code(sex, PID-8); 'female-ish'; 11: Patient.gender cannot be 'female-ish'",
                "each: next-of-kin; each: kin; 13: there is no group 'kin'",
                "name: name(NK1-2); nam: name(NK1-2); 15: Patient.contact has no element 'nam'",
                "name(NK1-2); address(NK1-4); 15: Patient.contact.name cannot be a Address",
                "identifier(PID-3); identifier(PID-5); 7: identifier() reads CX, EI, ID, IS, NM, SI, ST, XON, not XPN",
                "identifier(PID-3); name(PID-5); 7: a key is made by identifier() or key()",
                "type: Patient; type: Person2; 5: FHIR R4 has no resource 'Person2'",
                "type: Patient; type: Observation; 10: Observation.status is mandatory and not set",
                "create-if-none; replace; 8: 'replace' is none of create-if-none, merge, update",
                "per: patient; per: person; 6: there is no group 'person'",
                "write: create; wrte: create; 8: 'wrte' is unknown here",
                "structure: S; structure: T; 2: there is no structures/T.yaml",
                "OBX.Observation; OBX.Result; 17: there is no 'OBX.Result' in segments/"
            })
    void mistakeInAMessageIsNamedWithItsPlace(String right, String wrong, String message) {
        // The literal quotes of the language meet those of the table above.
        String replacement = wrong.equals("female-ish") ? "\"'female-ish'\"" : wrong;
        assertThatThrownBy(() -> load(with(MESSAGE, right, replacement)))
                .isInstanceOf(MappingSyntaxException.class)
                .hasMessageStartingWith("messages/M.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "starts: OBX; starts: OBY; 9: HL7 v2.5.1 has no segment 'OBY'",
                "starts: OBX; starts: PID; 8: PID starts two groups",
                "in: patient; in: visit; 5: there is no group 'visit' above this one"
            })
    void mistakeInAStructureIsNamedWithItsPlace(String right, String wrong, String message) {
        assertThatThrownBy(() -> load(with(STRUCTURE, right, wrong)))
                .hasMessageStartingWith("structures/S.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "OBX-14; OBX-99; 9: HL7 v2.5.1 has no OBX-99",
                "reference(patient); reference(person); 8: there is no resource 'person'",
                "subject:; subjekt:; 8: Observation has no element 'subjekt'",
                "write: update; per: result; 4: 'per' is unknown here"
            })
    void mistakeInASharedPartIsNamedWithItsPlace(String right, String wrong, String message) {
        assertThatThrownBy(() -> load(with(SEGMENT, right, wrong)))
                .hasMessageStartingWith("segments/OBX.yaml:" + message);
    }

    @Test
    void sharedPartMaySpeakOfASegmentThatTheMessageDoesNotHave() {
        assertThat(VALID.get(STRUCTURE)).doesNotContain("OBR");
        assertThat(VALID.get(SEGMENT)).contains("OBR-7");
        assertThat(load(VALID).supports("ORU", "R01")).isTrue();
    }

    @Test
    void brokenYamlIsNamedWithItsPlace() {
        assertThatThrownBy(() -> load(replaced(MESSAGE, VALID.get(MESSAGE) + "  : : [")))
                .isInstanceOf(MappingSyntaxException.class)
                .hasMessageStartingWith("messages/M.yaml:21: not YAML");
        assertThatThrownBy(() -> load(replaced(MESSAGE, ""))).hasMessage("messages/M.yaml:1: the file is empty");
    }

    @Test
    void twoFilesForOneTypeAreRefused() {
        assertThatThrownBy(() -> load(replaced("messages/N.yaml", VALID.get(MESSAGE))))
                .hasMessage("messages/N.yaml:1: two files map ORU^R01");
    }

    @Test
    void tableIsCheckedWhenItIsLoaded() {
        assertThatThrownBy(() -> load(replaced("tables/x.csv", "a,b\n")))
                .hasMessageStartingWith("tables/x.csv:1: the first row");
        assertThatThrownBy(() -> load(replaced("tables/x.csv", "v2,system,code,display\nA,s\n")))
                .hasMessageStartingWith("tables/x.csv:2: a row has four cells");
        assertThatThrownBy(() -> load(replaced("tables/x.csv", "# c\nv2,system,code,display\nA,s,c,d\nA,s,c,d\n")))
                .hasMessage("tables/x.csv:4: 'A' has two rows");
        assertThatThrownBy(() -> load(replaced("conceptmaps/lab.csv", "a,b\n")))
                .hasMessageStartingWith("conceptmaps/lab.csv:1: the first row");
    }

    @Test
    void codesThatTheElementCannotHoldAreFoundInTheTable() {
        assertThatThrownBy(
                        () -> load(replaced("tables/sex.csv", "v2,system,code,display\nF,s,female,\nX,s,feminine,\n")))
                .hasMessage("messages/M.yaml:11: Patient.gender cannot be 'feminine'");
    }

    @Test
    void versionChangesWithAnyFile() {
        assertThat(load(VALID).version()).hasSize(12).isEqualTo(load(VALID).version());
        assertThat(load(replaced(SEGMENT, VALID.get(SEGMENT) + "# changed\n")).version())
                .isNotEqualTo(load(VALID).version());
    }

    private static Map<String, String> with(String file, String right, String wrong) {
        String changed = VALID.get(file).replace(right, wrong);
        assertThat(changed).isNotEqualTo(VALID.get(file));
        return replaced(file, changed);
    }

    private static Map<String, String> replaced(String file, String content) {
        Map<String, String> files = new TreeMap<>(VALID);
        files.put(file, content);
        return files;
    }

    private static Mappings load(Map<String, String> files) {
        return Mappings.of(new MappingFiles(new TreeMap<>(files)));
    }
}
