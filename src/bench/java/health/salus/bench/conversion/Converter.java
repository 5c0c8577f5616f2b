package health.salus.bench.conversion;

/** Something that makes FHIR of HL7 v2. */
interface Converter {

    /**
     * Converts a message.
     *
     * @param message in ER7 encoding
     * @return a Bundle as JSON
     * @throws Exception if there is none
     */
    String convert(byte[] message) throws Exception;
}
