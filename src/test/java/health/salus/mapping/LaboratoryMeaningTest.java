package health.salus.mapping;

import health.salus.mapping.FieldMerge.Treatment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static health.salus.mapping.OruMapping.HEAD;
import static health.salus.mapping.OruMapping.all;
import static health.salus.mapping.OruMapping.entries;
import static health.salus.mapping.OruMapping.mapped;
import static health.salus.mapping.OruMapping.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Corrections, parents and children, and local codes. */
class LaboratoryMeaningTest {

    @ParameterizedTest
    @CsvSource({"U,final", "D,entered-in-error", "W,entered-in-error"})
    void changeOfStatusWithoutAValueChangesTheStatusOnly(String sent, String status) {
        Mapped mapped = mapped(HEAD + "OBX|1|NM|K^Potassium^L||||||||" + sent);
        FieldMerge merge = mapped.merges().get(0);
        assertThat(mapped.merges()).hasSize(1);
        assertThat(merge.elements()).containsOnlyKeys("status").containsValue(Treatment.REPLACE);

        Observation stored = new Observation()
                .setStatus(ObservationStatus.PRELIMINARY)
                .setValue(new Quantity().setValue(new BigDecimal("4.1")));
        Observation merged = (Observation) merge.into(stored, only(mapped, Observation.class));
        assertThat(merged.getStatus().toCode()).isEqualTo(status);
        assertThat(merged.getValueQuantity().getValue()).isEqualByComparingTo("4.1");
        assertThat(merged.hasDataAbsentReason()).isFalse();
    }

    @Test
    void changeOfStatusWithAValueChangesTheStatusOnly() {
        Mapped mapped = mapped(HEAD + "OBX|1|NM|K^Potassium^L||4.2||||||U");
        assertThat(mapped.merges()).hasSize(1);
        assertThat(mapped.merges().get(0).elements()).containsOnlyKeys("status");
        // If the store has nothing yet, the whole of it is written.
        assertThat(only(mapped, Observation.class).getValueQuantity().getValue())
                .isEqualByComparingTo("4.2");
    }

    @ParameterizedTest
    @CsvSource({"D", "F", "C"})
    void statusThatBringsAValueReplacesTheResult(String sent) {
        assertThat(mapped(HEAD + "OBX|1|NM|K^Potassium^L||4.2||||||" + sent).merges())
                .isEmpty();
    }

    @Test
    void susceptibilityFollowsFromTheOrganismOfTheSameMessage() {
        Mapped mapped = mapped(HEAD + """
                OBX|1|CWE|600-7^Culture^LN|1|ECO^E. coli^L
                OBX|2|CWE|600-7^Culture^LN|2|SAU^S. aureus^L
                OBR|2|PL1|F2|SUS^Susceptibility^L||||||||||||||||||||||600-7&Culture&LN^2|||PL1^F1
                OBX|1|ST|AMP^Ampicillin^L||R
                """);
        List<Observation> observations = all(mapped, Observation.class);
        String second = entries(mapped).stream()
                .filter(it -> it.getResource() == observations.get(1))
                .findFirst()
                .orElseThrow()
                .getFullUrl();
        assertThat(observations.get(2).getDerivedFromFirstRep().getReference()).isEqualTo(second);
        assertThat(observations.get(0).hasDerivedFrom()).isFalse();
    }

    @Test
    void parentThatTheMessageDoesNotHoldIsNamedByItsOrder() {
        Mapped mapped =
                mapped(HEAD.replace("||||||||||||||||||F", "||||||||||||||||||F|600-7&Culture&LN^1^E. coli|||PL0^F0^x")
                        + "OBX|1|ST|AMP^Ampicillin^L||R");
        assertThat(only(mapped, Observation.class)
                        .getDerivedFromFirstRep()
                        .getIdentifier()
                        .getValue())
                .isEqualTo("F0");
        assertThat(only(mapped, Observation.class).getDerivedFromFirstRep().getDisplay())
                .isEqualTo("E. coli");
    }

    @Test
    void conceptMapOfTheFeedPutsTheStandardCodeFirst(@TempDir Path site) throws IOException {
        write(site, "conceptmaps/lab.csv", "v2,system,code,display\nK,http://loinc.org,2823-3,Potassium\n");
        Mappings mappings = Mappings.load(site.toUri().toString());
        Mapped mapped =
                map(mappings, HEAD + "OBX|1|NM|K^Kalium^L||4\nOBX|2|NM|NA^Natrium^L||140\nOBX|3|NM|NA^Natrium^L||141");
        CodeableConcept potassium = all(mapped, Observation.class).get(0).getCode();
        assertThat(potassium.getCoding())
                .extracting(it -> it.getSystem() + "|" + it.getCode())
                .containsExactly("http://loinc.org|2823-3", "urn:x-hl7v2:CITYLAB:L|K");
        assertThat(potassium.getText()).isEqualTo("Kalium");
        assertThat(mapped.unmappedCodes())
                .contains(new UnmappedCode("urn:x-hl7v2:CITYLAB:L", "NA", "Natrium", 2))
                .noneMatch(it -> it.code().equals("K"));
    }

    @Test
    void codeThatIsStandardAlreadyNeedsNoMap() {
        Mapped mapped = mapped(HEAD.replace("CBC^Blood count^L", "58410-2^CBC^LN") + "OBX|1|NM|2823-3^Potassium^LN||4");
        assertThat(mapped.unmappedCodes()).isEmpty();
    }

    @Test
    void authorityThatIsAMereNameIsOneForAllSendersIfTheSiteSaysSo(@TempDir Path site) throws IOException {
        String message = HEAD + "OBX|1|NM|K^Potassium^L||4||||||F";
        assertThat(only(mapped(message), Patient.class).getIdentifierFirstRep().getSystem())
                .isEqualTo("urn:x-hl7v2:CITYLAB:CITYHOSPITAL");

        write(
                site,
                "tables/authorities.csv",
                "v2,system,code,display\nCITYHOSPITAL,urn:oid:1.2.3,,\nCITYHOSPITAL^OTHERLAB,urn:oid:9.9.9,,\n");
        Mappings mappings = Mappings.load(site.toUri().toString());
        assertThat(only(map(mappings, message), Patient.class)
                        .getIdentifierFirstRep()
                        .getSystem())
                .isEqualTo("urn:oid:1.2.3");
        assertThat(only(map(mappings, message.replace("CITYLAB", "OTHERLAB")), Patient.class)
                        .getIdentifierFirstRep()
                        .getSystem())
                .isEqualTo("urn:oid:9.9.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.2", "2.9", "",
                "2.x"
            })
    void everyVersionIsReadAlike(String version) {
        String message = HEAD + "OBX|1|NM|K^Potassium^L||4|mmol/L|||||F";
        Observation expected = only(mapped(message), Observation.class);
        // Old versions name no structure in MSH-9.
        String sent = message.replace("|P|2.5.1", "|P|" + version).replace("ORU^R01^ORU_R01", "ORU^R01");
        assertThat(only(mapped(sent), Observation.class).equalsDeep(expected)).isTrue();
    }

    @Test
    void fileOfTheSiteTakesThePlaceOfTheOneInTheJar(@TempDir Path site) throws IOException {
        String table = Files.readString(Path.of("hl7-mappings/tables/HL70085.csv"));
        write(
                site,
                "tables/HL70085.csv",
                table.replace(
                        "N,http://hl7.org/fhir/observation-status,final,Final",
                        "N,http://hl7.org/fhir/observation-status,cancelled,Cancelled"));
        String message = HEAD + "OBX|1|NM|K^Potassium^L||4||||||N";
        assertThat(only(mapped(message), Observation.class).getStatus()).isEqualTo(ObservationStatus.FINAL);
        assertThat(only(map(Mappings.load(site.toUri().toString()), message), Observation.class)
                        .getStatus())
                .isEqualTo(ObservationStatus.CANCELLED);
    }

    private static Mapped map(Mappings mappings, String message) {
        return (Mapped) mappings.map(message.replace('\n', '\r').getBytes(StandardCharsets.UTF_8), OruMapping.LAB);
    }

    private static void write(Path site, String file, String content) throws IOException {
        Files.createDirectories(site.resolve(file).getParent());
        Files.writeString(site.resolve(file), content);
    }
}
