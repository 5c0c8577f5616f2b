package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamQuantityNormalized;
import ca.uhn.fhir.jpa.model.entity.StorageSettings;
import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorR4;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.FhirContextSearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The rows that searches with units look into are just those that HAPI makes, which works each of them out anew. */
class CanonicalQuantitiesTest {

    private static final List<String> NUMBERS =
            List.of("0", "1", "-3", "7.20", "120", "0.00017", "98765.4321", "1E+3", "12345678901234567890.123");

    private final FhirContext context = new ExactFhirContext();
    private final PartitionSettings partitions = new PartitionSettings();
    private final ISearchParamRegistry parameters = new FhirContextSearchParamRegistry(context);
    private final SearchParamExtractorR4 hapi =
            new SearchParamExtractorR4(new StorageSettings(), partitions, context, parameters);

    @Test
    void theExamplesOfTheSpecificationHaveTheSameRows() throws Exception {
        int rows = 0;
        try (ZipInputStream examples = new ZipInputStream(getClass().getResourceAsStream("/fhir/r4-examples.zip"))) {
            for (ZipEntry entry = examples.getNextEntry(); entry != null; entry = examples.getNextEntry()) {
                if (entry.getName().endsWith(".json")) {
                    String json = new String(examples.readAllBytes(), StandardCharsets.UTF_8);
                    rows += assertSame(context.newJsonParser().parseResource(json));
                }
            }
        }
        assertThat(rows).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mg",
                "mg/dL",
                "mm[Hg]",
                "mmol/L",
                "10*3/uL",
                "/min",
                "kg/m2",
                "[in_i]",
                "[lb_av]",
                "%",
                "m[IU]/L",
                "fL",
                "a",
                "mL/min/{1.73_m2}",
                "1",
                "{score}",
                "Cel",
                "[degF]",
                "deg",
                "[pH]",
                "nonsense",
                ""
            })
    void unitsOfUcumAreConvertedToTheLastDigit(String unit) {
        for (String number : NUMBERS) {
            Quantity quantity = new Quantity()
                    .setValue(new BigDecimal(number))
                    .setSystem("http://unitsofmeasure.org")
                    .setCode(unit);
            assertSame(new Observation().setValue(quantity));
        }
    }

    @Test
    void codesOfOtherSystemsAndNumbersWithoutUnitsHaveNoRows() {
        assertThat(assertSame(new Observation().setValue(new Quantity(5).setCode("mg"))))
                .isZero();
        assertThat(assertSame(new Observation()
                        .setValue(new Quantity(5).setSystem("urn:units").setCode("mg"))))
                .isZero();
        assertThat(assertSame(new Observation().setValue(new Quantity().setCode("mg"))))
                .isZero();
    }

    /** Returns how many rows there are. */
    private int assertSame(IBaseResource resource) {
        List<String> expected = hapi.extractSearchParamQuantityNormalized(resource).stream()
                .map(CanonicalQuantitiesTest::row)
                .sorted()
                .toList();
        String type = context.getResourceType(resource);
        List<String> made = parameters.getActiveSearchParams(type, null).values().stream()
                .filter(it -> it.getParamType() == RestSearchParameterTypeEnum.QUANTITY)
                .flatMap(parameter -> Stream.of(hapi.split(parameter.getPath()))
                        .flatMap(path -> hapi.getPathValueExtractor(resource, path.trim()).get().stream())
                        .flatMap(value -> CanonicalQuantities.of(value, type, parameter, partitions)))
                .map(CanonicalQuantitiesTest::row)
                .distinct()
                .sorted()
                .toList();
        assertThat(made).as(resource.getIdElement().getValue()).isEqualTo(expected);
        return made.size();
    }

    private static String row(ResourceIndexedSearchParamQuantityNormalized row) {
        return String.join(
                " ",
                row.getParamName(),
                String.valueOf(row.myValue),
                row.getSystem(),
                row.getUnits(),
                String.valueOf(row.getHashIdentitySystemAndUnits()));
    }
}
