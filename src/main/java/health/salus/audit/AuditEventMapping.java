package health.salus.audit;

import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.stream.Collectors;

/**
 * Shows entries as FHIR does.
 *
 * @param observer what the server calls itself, its public address
 * @see <a href="https://profiles.ihe.net/ITI/BALP/">IHE Basic Audit Log Patterns</a>
 */
record AuditEventMapping(String observer) {

    private static final String EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type";
    private static final String INTERACTION = "http://hl7.org/fhir/restful-interaction";
    private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final String OWN_EVENT = "urn:salus:audit-event";
    private static final String ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private static final String ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
    private static final String AGENT_TYPE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    private static final String SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type";
    private static final String REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

    /** Returns the event that shows this entry; its id is the entry's number. */
    AuditEvent show(NumberedEntry numbered) {
        AuditEntry entry = numbered.entry();
        AuditEvent event = new AuditEvent();
        event.setId(String.valueOf(numbered.seq()));
        event.getMeta().setVersionId("1");
        event.setType(type(entry.kind())).addSubtype(subtype(entry));
        event.setAction(AuditEventAction.fromCode(entry.action().code()));
        event.setRecordedElement(new InstantType(Date.from(entry.recorded())));
        event.setOutcome(
                AuditEventOutcome.fromCode(String.valueOf(entry.outcome().code())));
        if (!entry.reason().isEmpty()) {
            event.setOutcomeDesc(entry.reason());
        }
        if (entry.purpose() != null) {
            event.addPurposeOfEvent(new CodeableConcept(new Coding(REASON, entry.purpose(), null)));
        }
        addAgents(event, entry.agent());
        event.getSource().setObserver(new Reference().setDisplay(observer));
        event.getSource().addType(new Coding(SOURCE_TYPE, "4", "Application Server"));
        entry.targets().forEach(target -> addTarget(event, target));
        addPatients(event, entry);
        addQuery(event, entry);
        addRequest(event, entry);
        return event;
    }

    private static Coding type(AuditKind kind) {
        return switch (kind) {
            case REQUEST -> new Coding(EVENT_TYPE, "rest", "RESTful Operation");
            case LOGIN, TOKEN -> new Coding(DICOM, "110114", "User Authentication");
            case MESSAGE -> new Coding(DICOM, "110107", "Import");
            case COMMAND -> new Coding(DICOM, "110100", "Application Activity");
            case BREAK_GLASS, SECURITY -> new Coding(DICOM, "110113", "Security Alert");
        };
    }

    private static Coding subtype(AuditEntry entry) {
        return switch (entry.kind()) {
            case LOGIN ->
                entry.event().equals(SignInListener.LOGOUT)
                        ? new Coding(DICOM, "110123", "Logout")
                        : new Coding(DICOM, "110122", "Login");
            case BREAK_GLASS -> new Coding(DICOM, "110127", "Emergency Override Started");
            case REQUEST ->
                entry.event().matches("[a-z-]+")
                        ? new Coding(INTERACTION, entry.event(), null)
                        : new Coding(OWN_EVENT, entry.event(), null);
            default -> new Coding(OWN_EVENT, entry.event(), null);
        };
    }

    private static void addAgents(AuditEvent event, AuditAgent agent) {
        boolean known = agent.user() != null;
        if (agent.client() != null) {
            AuditEventAgentComponent client = event.addAgent().setRequestor(!known);
            client.setType(new CodeableConcept(new Coding(DICOM, "110150", "Application")));
            client.setWho(new Reference().setDisplay(agent.client()));
            client.getWho().getIdentifier().setValue(agent.client());
            if (agent.userAgent() != null) {
                client.setName(agent.userAgent());
            }
            setAddress(client, known ? null : agent.address());
        }
        if (known || agent.client() == null) {
            AuditEventAgentComponent user = event.addAgent().setRequestor(true);
            user.setType(new CodeableConcept(new Coding(AGENT_TYPE, "IRCP", "information recipient")));
            if (agent.fhirUser() != null) {
                user.getWho().setReference(agent.fhirUser());
            }
            if (agent.user() != null) {
                user.getWho().getIdentifier().setValue(agent.user());
                user.setAltId(agent.user());
            }
            if (agent.role() != null) {
                user.addRole().setText(agent.role());
            }
            setAddress(user, agent.address());
        }
    }

    private static void setAddress(AuditEventAgentComponent agent, @Nullable String address) {
        if (address != null) {
            agent.getNetwork().setAddress(address).setType(AuditEventAgentNetworkType._2);
        }
    }

    private static void addTarget(AuditEvent event, AuditTarget target) {
        boolean patient = target.type().equals("Patient");
        AuditEventEntityComponent entity = event.addEntity();
        entity.setWhat(new Reference(
                target.version() == null ? target.reference() : target.reference() + "/_history/" + target.version()));
        entity.setType(
                patient ? new Coding(ENTITY_TYPE, "1", "Person") : new Coding(ENTITY_TYPE, "2", "System Object"));
        entity.setRole(
                patient ? new Coding(ENTITY_ROLE, "1", "Patient") : new Coding(ENTITY_ROLE, "4", "Domain Resource"));
        entity.addDetail()
                .setType("use")
                .setValue(new org.hl7.fhir.r4.model.StringType(target.use().name()));
    }

    // Whom the other resources are about, so that the search parameter `patient` says the truth of what is shown.
    private static void addPatients(AuditEvent event, AuditEntry entry) {
        entry.targets().stream()
                .flatMap(target -> target.patients().stream())
                .distinct()
                .filter(patient -> entry.targets().stream()
                        .noneMatch(target -> target.reference().equals("Patient/" + patient)))
                .forEach(patient -> event.addEntity()
                        .setWhat(new Reference("Patient/" + patient))
                        .setType(new Coding(ENTITY_TYPE, "1", "Person"))
                        .setRole(new Coding(ENTITY_ROLE, "1", "Patient")));
    }

    private static void addQuery(AuditEvent event, AuditEntry entry) {
        if (!entry.query().isEmpty()) {
            String query = entry.query().stream()
                    .map(term -> term.name() + "=" + term.value())
                    .collect(Collectors.joining("&"));
            event.addEntity()
                    .setType(new Coding(ENTITY_TYPE, "2", "System Object"))
                    .setRole(new Coding(ENTITY_ROLE, "24", "Query"))
                    .setQuery(query.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void addRequest(AuditEvent event, AuditEntry entry) {
        AuditEventEntityComponent request = event.addEntity();
        request.getWhat().getIdentifier().setValue(entry.requestId());
        request.setType(
                new Coding("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId", null));
    }
}
