package health.salus.mapping;

import org.hl7.fhir.r4.model.Coding;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the FHIR system of identifiers and codes, which is never empty: a bare number of one laboratory must not meet the
 * same number of another.
 *
 * @param sender        the namespace of the sending facility, MSH-4
 * @param authorities   the FHIR systems of assigning authorities, by name or by name and sender, {@code HOSP^CITYLAB}
 * @param codingSystems HL7 table 0396, from names of coding systems to their FHIR systems
 * @param units         from the sender's units to UCUM codes
 */
record Namespaces(String sender, CodeTable authorities, CodeTable codingSystems, CodeTable units) {

    private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9]\\d*))+");
    private static final Pattern HL7_TABLE = Pattern.compile("HL7(\\d{4})");

    /**
     * Returns the system of an identifier.
     *
     * @param namespace       HD.1, the name that the sender gave the authority
     * @param universalId     HD.2
     * @param universalIdType HD.3; ISO, UUID and URI are kept as what they are
     * @param kind            what the identifier is, which stands in where no authority is named
     */
    String ofAuthority(String namespace, String universalId, String universalIdType, String kind) {
        if (!universalId.isEmpty()) {
            switch (universalIdType.toUpperCase(Locale.ROOT)) {
                case "ISO" -> {
                    if (OID.matcher(universalId).matches()) {
                        return "urn:oid:" + universalId;
                    }
                }
                case "UUID", "GUID" -> {
                    return "urn:uuid:" + universalId.toLowerCase(Locale.ROOT);
                }
                case "URI" -> {
                    return universalId;
                }
                default -> {}
            }
        }
        String name = namespace.isEmpty() ? universalId : namespace;
        Optional<String> known = authorities.find(name, sender).map(Coding::getSystem);
        if (known.isPresent()) {
            return known.get();
        }
        return local(name.isEmpty() ? kind : name);
    }

    /** Returns the system of a code whose coding system was sent as this name; a code sent without one is local. */
    String ofCodingSystem(String name) {
        if (HL7_TABLE.matcher(name).matches()) {
            return ofTable(name.substring(3));
        }
        if (OID.matcher(name).matches()) {
            return "urn:oid:" + name;
        }
        return codingSystems.find(name).map(Coding::getSystem).orElseGet(() -> local(name.isEmpty() ? "L" : name));
    }

    /** Returns the system of a code, by the object identifier that was sent with it where its name says nothing. */
    String ofCodingSystem(String name, String objectIdentifier) {
        boolean named = HL7_TABLE.matcher(name).matches()
                || OID.matcher(name).matches()
                || codingSystems.find(name).isPresent();
        return !named && OID.matcher(objectIdentifier).matches() ? "urn:oid:" + objectIdentifier : ofCodingSystem(name);
    }

    /** Returns the UCUM code of a unit in the sender's words, if the table knows it. */
    Optional<Coding> unit(String text) {
        return units.find(text);
    }

    /** Returns the system of the codes in an HL7 v2 table, given by its four digits. */
    static String ofTable(String digits) {
        return "http://terminology.hl7.org/CodeSystem/v2-" + digits;
    }

    /** Returns a system that belongs to the sender alone. */
    String local(String name) {
        return "urn:x-hl7v2:" + encode(sender) + (name.isEmpty() ? "" : ":" + encode(name));
    }

    /** Makes a text fit to be a part of a URI. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
