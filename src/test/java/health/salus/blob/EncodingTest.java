package health.salus.blob;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which content is compressed in the store: text, by its type alone. */
class EncodingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "TEXT/Plain; charset=utf-8",
                "text/html",
                "text/csv",
                "text/rtf",
                "text/xml",
                "application/xml",
                "application/fhir+xml",
                "application/hl7-cda+xml",
                "application/hl7-sda+xml",
                "image/svg+xml",
                "application/json",
                "application/fhir+json",
                "application/fhir+ndjson",
                "application/ndjson",
                "application/rtf",
                "application/hl7-v2",
                "application/hl7-v2+er7",
                "x-application/hl7-v2+er7"
            })
    void textIsCompressed(String type) {
        assertThat(Encoding.of(type)).isEqualTo(Encoding.DEFLATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/pdf",
                "image/jpeg",
                "image/png",
                "application/dicom",
                "video/mp4",
                "application/zip",
                "application/octet-stream",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            })
    void whatIsCompressedAlreadyOrUnknownIsNot(String type) {
        assertThat(Encoding.of(type)).isEqualTo(Encoding.IDENTITY);
    }
}
