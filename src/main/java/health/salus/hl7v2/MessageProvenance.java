package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/**
 * Says of the resources of a message which message they came from and by which rules; one Provenance per message. Its id
 * follows from the message, so that processing it twice makes one.
 *
 * @see <a href="https://hl7.org/fhir/R4/provenance.html">FHIR R4 Provenance</a>
 */
final class MessageProvenance {

    private static final String PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    private static final String LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";

    private MessageProvenance() {}

    /**
     * Makes the entry that writes it.
     *
     * @param mappingVersion names the rules
     * @param targets        what the message is about
     */
    static BundleEntryComponent entry(
            WaitingMessage message, MessageHeader header, String mappingVersion, List<Reference> targets) {
        Provenance provenance = new Provenance();
        provenance.setMeta(new Meta().setSource("urn:hl7v2:" + message.feed()));
        targets.forEach(provenance::addTarget);
        provenance.setRecorded(Date.from(message.receivedAt()));
        provenance.setActivity(concept(LIFECYCLE, "transform", "Transform/Translate Record Lifecycle Event"));
        provenance
                .addAgent()
                .setType(concept(PARTICIPANT, "assembler", "Assembler"))
                .setWho(named("urn:salus:hl7-mappings", mappingVersion, "Salus, mapping " + mappingVersion));
        String sender = header.component(4, 1).isEmpty() ? header.component(3, 1) : header.component(4, 1);
        if (!sender.isEmpty()) {
            provenance
                    .addAgent()
                    .setType(concept(PARTICIPANT, "author", "Author"))
                    .setWho(named(
                            "urn:hl7v2:" + message.feed() + ":sender", sender, "Sender of feed " + message.feed()));
        }
        provenance
                .addEntity()
                .setRole(ProvenanceEntityRole.SOURCE)
                .setWhat(named("urn:salus:hl7v2:message", String.valueOf(message.id()), "HL7 v2 message"));
        BundleEntryComponent entry = new BundleEntryComponent();
        entry.setResource(provenance).setFullUrl("urn:uuid:" + id(message.tenant(), message.id()));
        entry.getRequest().setMethod(HTTPVerb.PUT).setUrl("Provenance/" + id(message.tenant(), message.id()));
        return entry;
    }

    /** Returns the id of the Provenance of a message. */
    static UUID id(TenantId tenant, long message) {
        String name = "hl7v2/" + tenant.value() + "/" + message;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private static CodeableConcept concept(String system, String code, String display) {
        return new CodeableConcept(new Coding(system, code, display));
    }

    private static Reference named(String system, String value, String display) {
        return new Reference()
                .setIdentifier(new Identifier().setSystem(system).setValue(value))
                .setDisplay(display);
    }
}
