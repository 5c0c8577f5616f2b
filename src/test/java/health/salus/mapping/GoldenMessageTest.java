package health.salus.mapping;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

/** The messages beside the rules become what stands beside them; after a wanted change, {@code hl7v2 test --accept}. */
class GoldenMessageTest {

    @TestFactory
    Stream<DynamicTest> messageBecomesWhatIsExpected() throws IOException {
        return GoldenMessage.below(Path.of("hl7-mappings/tests")).stream()
                .map(golden -> dynamicTest(
                        golden.message().getParent().toString(),
                        () -> assertThat(golden.difference(OruMapping.MAPPINGS)).isEmpty()));
    }
}
