package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UriType;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What is found in a resource is just what HAPI finds, in the same order. */
class QuickTerserTest {

    private static final List<Class<? extends IBase>> TYPES = List.of(
            IBaseReference.class,
            UriType.class,
            StringType.class,
            PrimitiveType.class,
            Base64BinaryType.class,
            Identifier.class,
            Extension.class,
            IBaseResource.class,
            IBase.class);

    private final FhirContext context = new ExactFhirContext();
    private final FhirTerser quick = context.newTerser();
    private final FhirTerser hapi = new FhirTerser(context);

    @Test
    void everythingInTheExamplesOfTheSpecificationIsFound() throws Exception {
        int references = 0;
        try (ZipInputStream examples = new ZipInputStream(getClass().getResourceAsStream("/fhir/r4-examples.zip"))) {
            for (ZipEntry entry = examples.getNextEntry(); entry != null; entry = examples.getNextEntry()) {
                if (entry.getName().endsWith(".json")) {
                    String json = new String(examples.readAllBytes(), StandardCharsets.UTF_8);
                    references += assertSame(context.newJsonParser().parseResource(json));
                }
            }
        }
        assertThat(quick).isInstanceOf(QuickTerser.class);
        assertThat(references).isGreaterThan(2000);
    }

    @Test
    void referencesInExtensionsOfElementsWithoutReferencesAreFound() {
        Observation observation = new Observation();
        Coding coding = observation.getCode().addCoding().setCode("1");
        coding.addExtension("urn:a", new Reference("Patient/1"));
        coding.addExtension().setUrl("urn:b").addExtension("urn:c", new Reference("Patient/2"));
        assertThat(assertSame(observation)).isEqualTo(2);
    }

    @Test
    void resourcesThatWillBeContainedAreWalkedThroughAlsoInCircles() {
        Observation observation = new Observation();
        Patient patient = new Patient();
        patient.addGeneralPractitioner().setReference("Practitioner/1");
        patient.addLink().setOther(new Reference(patient));
        observation.setSubject(new Reference(patient));
        observation.addContained(new Patient().setManagingOrganization(new Reference("Organization/1")));
        assertThat(assertSame(observation)).isEqualTo(4);
    }

    @Test
    void anElementThatStandsInTwoPlacesIsFoundTwice() {
        Reference shared = new Reference("Practitioner/1");
        Observation observation = new Observation().addPerformer(shared).addPerformer(shared);
        assertThat(assertSame(observation)).isEqualTo(2);
    }

    @Test
    void resourcesInBundlesAreLeftToWhoeverLooksIntoThem() {
        Bundle bundle = new Bundle();
        bundle.addEntry()
                .setFullUrl("urn:uuid:1")
                .setResource(new Observation().setSubject(new Reference("Patient/1")));
        assertThat(assertSame(bundle)).isZero();
        assertThat(quick.getAllPopulatedChildElementsOfType(bundle, UriType.class))
                .hasSize(1);
    }

    /** Returns how many references there are. */
    private int assertSame(IBaseResource resource) {
        for (Class<? extends IBase> type : TYPES) {
            List<? extends IBase> expected = hapi.getAllPopulatedChildElementsOfType(resource, type);
            List<? extends IBase> found = quick.getAllPopulatedChildElementsOfType(resource, type);
            assertThat(found).as(resource.getIdElement() + " " + type).hasSameSizeAs(expected);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).isSameAs(expected.get(i));
            }
        }
        List<ResourceReferenceInfo> references = quick.getAllResourceReferences(resource);
        assertThat(references.stream().map(QuickTerserTest::named).toList())
                .isEqualTo(hapi.getAllResourceReferences(resource).stream()
                        .map(QuickTerserTest::named)
                        .toList());
        return references.size();
    }

    private static Named named(ResourceReferenceInfo reference) {
        return new Named(reference.getName(), System.identityHashCode(reference.getResourceReference()));
    }

    private record Named(String path, int reference) {}
}
