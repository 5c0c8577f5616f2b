package health.salus.fhir;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceOperationComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceSearchParamComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the CapabilityStatement may say of the server rules of US Core and International Patient Access that it instantiates
 * them: what they say that a server SHALL do, by {@code server-rules.txt} and their pages on conformance.
 */
class ServerRulesIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final FhirClient CLIENT = FhirClient.withToken(SERVER.fhirBase(), Tokens.backend(SERVER));
    private static final SearchTable TABLE = new SearchTable("us-core-table", "us-", CLIENT);
    private static final String US_CORE = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server";
    private static final String PATIENT_ACCESS = "http://hl7.org/fhir/uv/ipa/CapabilityStatement/ipa-server";
    private static final Set<String> DATES = Set.of("date", "authored", "authoredon", "onset-date", "period");

    private static final List<SearchTable.Row> ROWS = table();

    private static CapabilityStatement statement;

    @BeforeAll
    static void storeResources() throws IOException {
        TABLE.store();
        statement = FhirClient.anonymous(SERVER.fhirBase()).get("/metadata").resource(CapabilityStatement.class);
    }

    @Test
    void statementClaimsTheRulesAndTheirVersions() {
        assertThat(statement.getInstantiates())
                .extracting(PrimitiveType::getValue)
                .contains(US_CORE, PATIENT_ACCESS)
                .doesNotHaveDuplicates();
        assertThat(statement.getImplementationGuide())
                .extracting(PrimitiveType::getValue)
                .contains(
                        "http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|8.0.0",
                        "http://hl7.org/fhir/uv/ipa/ImplementationGuide/hl7.fhir.uv.ipa|1.1.0");
        assertThat(statement.getFormat())
                .extracting(PrimitiveType::getValue)
                .contains("application/fhir+json", "application/fhir+xml");
        assertThat(declared("Observation").getSupportedProfile())
                .extracting(PrimitiveType::getValue)
                .contains(
                        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab",
                        "http://hl7.org/fhir/uv/ipa/StructureDefinition/ipa-observation")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void statementDeclaresWhatTheRulesAskFor(Rule rule) {
        CapabilityStatementRestResourceComponent declared = declared(rule.type());

        assertThat(declared.getInteraction())
                .extracting(it -> it.getCode().toCode())
                .containsAll(rule.interactions());
        assertThat(declared.getSearchParam())
                .extracting(CapabilityStatementRestResourceSearchParamComponent::getName)
                .containsAll(rule.searches().stream().flatMap(Set::stream).toList());
        assertThat(declared.getSearchRevInclude())
                .extracting(PrimitiveType::getValue)
                .containsAll(rule.reverseIncludes());
        assertThat(declared.getOperation())
                .extracting(CapabilityStatementRestResourceOperationComponent::getDefinition)
                .containsAll(rule.operations());
        assertThat(declared.getSupportedProfile()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everySearchOfTheRulesFindsByGetAndPostWithEveryFormOfItsValues(Rule rule) throws IOException {
        for (Set<String> names : rule.searches()) {
            String query = row(rule.type(), names).orElseThrow(() -> new AssertionError("No row searches by " + names));
            Set<String> found = found(rule.type(), query);

            assertThat(found).as(query).isNotEmpty();
            assertThat(posted(rule.type(), query)).as("POST " + query).isEqualTo(found);
            for (String other : otherForms(query)) {
                assertThat(found(rule.type(), other)).as(other).isEqualTo(found);
            }
        }
        for (String reverse : rule.reverseIncludes()) {
            assertThat(row(rule.type(), Set.of(), "_revinclude=" + reverse))
                    .as(reverse)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyTypeOfTheRulesIsRead(Rule rule) throws IOException {
        Set<String> stored = found(rule.type(), "");

        assertThat(rule.interactions().contains("read") ? stored : Set.of("")).isNotEmpty();
        assertThat(stored).allSatisfy(id -> {
            Answer answer = CLIENT.get("/" + id);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).startsWith("application/fhir+json");
        });
    }

    @ParameterizedTest
    @MethodSource("dates")
    void datesCompareToTheSecondWithATimeZone(String search) throws IOException {
        String[] parts = search.split("\\?");
        String name = parts[1].substring(parts[1].lastIndexOf('&') + 1);
        String query = parts[1].substring(0, parts[1].lastIndexOf('&'));
        Set<String> dated = found(parts[0], query + "&" + name + ":missing=false");

        assertThat(dated).isNotEmpty();
        assertThat(found(parts[0], query + "&" + name + "=ge1990-01-01T00:00:00-05:00"))
                .isEqualTo(dated);
        assertThat(found(parts[0], query + "&" + name + "=gt1990-01-01T00:00:00-05:00"))
                .isEqualTo(dated);
        assertThat(found(parts[0], query + "&" + name + "=le1990-01-01T00:00:00-05:00"))
                .isEmpty();
        assertThat(found(parts[0], query + "&" + name + "=lt1990-01-01T00:00:00-05:00"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CarePlan?status",
                "Device?status",
                "DiagnosticReport?status",
                "DocumentReference?status",
                "MedicationDispense?status",
                "MedicationDispense?type",
                "MedicationRequest?intent",
                "MedicationRequest?status",
                "Observation?status",
                "Procedure?status",
                "QuestionnaireResponse?status",
                "ServiceRequest?status"
            })
    void statusesAreAskedForOneOrTheOther(String search) throws IOException {
        String[] parts = search.split("\\?");
        String query = ROWS.stream()
                .filter(row -> row.search().startsWith(parts[0] + "?"))
                .map(row -> row.search().substring(parts[0].length() + 1))
                .filter(it -> !it.contains("include=") && keys(it).contains(parts[1]))
                .findFirst()
                .orElseThrow();

        String either = query.replaceFirst("\\b" + parts[1] + "=[^&]*", "$0,another");
        assertThat(found(parts[0], either)).isNotEmpty().isEqualTo(found(parts[0], query));
    }

    @Test
    void reportsAndDocumentsAreCreated() {
        DiagnosticReport report = new DiagnosticReport().setStatus(DiagnosticReport.DiagnosticReportStatus.FINAL);
        report.getMeta().addProfile("http://hl7.org/fhir/us/core/StructureDefinition/us-core-diagnosticreport-lab");

        assertThat(CLIENT.create(report).getIdElement().getIdPart()).isNotBlank();
        assertThat(CLIENT.create(document(true)).getIdElement().getIdPart()).isNotBlank();
    }

    @Test
    void refusalsHaveTheStatusesOfTheRules() {
        String patients = new TestTokens(SERVER).of(Role.SYSTEM, null, "system/Patient.rs");

        assertThat(CLIENT.get("/Patient?nonsense=1").status()).isEqualTo(400);
        assertThat(FhirClient.anonymous(SERVER.fhirBase())
                        .get("/Patient/us-amy")
                        .status())
                .isEqualTo(401);
        assertThat(FhirClient.withToken(SERVER.fhirBase(), patients)
                        .get("/Observation?patient=us-amy")
                        .status())
                .isEqualTo(403);
        assertThat(CLIENT.get("/Patient/us-nobody").status()).isEqualTo(404);
        assertThat(CLIENT.get("/Nonsense/1").status()).isEqualTo(404);
    }

    @Test
    void whatHasNoStatusIsNotTakenAsAResourceOfUsCoreAndSoNeverShown() {
        Answer refused = CLIENT.post("/DocumentReference", document(false));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.diagnostics()).contains("us-core-documentreference", "'status'");

        Goal goal = new Goal();
        goal.getMeta().addProfile("http://hl7.org/fhir/us/core/StructureDefinition/us-core-goal");
        assertThat(CLIENT.post("/Goal", goal).status()).isEqualTo(422);

        Resource stored = CLIENT.create(document(true));
        DocumentReference without = document(false);
        without.setId(stored.getIdElement().toUnqualifiedVersionless());
        assertThat(CLIENT.put("/" + without.getId(), without).status()).isEqualTo(422);

        without.setMeta(null);
        assertThat(CLIENT.put("/" + without.getId(), without).status()).isEqualTo(200);
    }

    @Test
    void appsAreAuthorizedAsPatientAccessAsksFor() {
        assertThat(FhirClient.anonymous(SERVER.fhirBase())
                        .get("/.well-known/smart-configuration")
                        .text())
                .contains(
                        "launch-standalone",
                        "context-standalone-patient",
                        "permission-patient",
                        "permission-offline",
                        "sso-openid-connect",
                        "client-public",
                        "client-confidential-asymmetric");
    }

    private static DocumentReference document(boolean hasStatus) {
        DocumentReference document = new DocumentReference();
        document.getMeta().addProfile("http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference");
        document.addContent().getAttachment().setUrl("https://example.org/note");
        return hasStatus ? document.setStatus(DocumentReferenceStatus.CURRENT) : document;
    }

    private static CapabilityStatementRestResourceComponent declared(String type) {
        return statement.getRestFirstRep().getResource().stream()
                .filter(it -> it.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> found(String type, String query) throws IOException {
        return ids(CLIENT.get("/" + type + "?" + encoded(query)));
    }

    private static Set<String> posted(String type, String query) throws IOException {
        return ids(CLIENT.send(
                "POST",
                "/" + type + "/_search",
                BodyPublishers.ofString(encoded(query)),
                "Content-Type",
                "application/x-www-form-urlencoded"));
    }

    private static Set<String> ids(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Bundle.class).getEntry().stream()
                .map(it -> it.getResource()
                        .getIdElement()
                        .toUnqualifiedVersionless()
                        .getValue())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String encoded(String query) {
        return Stream.concat(Arrays.stream(query.split("&")), Stream.of("_tag=us-core-table", "_count=100"))
                .filter(it -> !it.isEmpty())
                .map(it -> it.split("=", 2))
                .map(it -> it[0] + "=" + FhirClient.encode(it[1]))
                .collect(Collectors.joining("&"));
    }

    /** The same search with an id beside its type or without, and with a code beside its system or without. */
    private static List<String> otherForms(String query) {
        List<String> forms = new ArrayList<>();
        if (query.contains("patient=us-")) {
            forms.add(query.replace("patient=us-", "patient=Patient/us-"));
        } else if (query.contains("practitioner=Practitioner/")) {
            forms.add(query.replace("practitioner=Practitioner/", "practitioner="));
        }
        if (query.contains("|")) {
            forms.add(query.replaceAll("=[^&=]*\\|", "="));
        }
        return forms;
    }

    private static Set<String> keys(String query) {
        return Arrays.stream(query.split("&")).map(it -> it.split("=")[0]).collect(Collectors.toSet());
    }

    /** The search of a row of the table by these parameters and no others; by any at all if none are given. */
    private static Optional<String> row(String type, Set<String> names, String... parts) {
        return ROWS.stream()
                .filter(row -> !row.answer().equals("-"))
                .map(SearchTable.Row::search)
                .filter(it -> it.startsWith(type + "?"))
                .map(it -> it.substring(type.length() + 1))
                .filter(it -> names.isEmpty() || keys(it).equals(names))
                .filter(it -> Arrays.stream(parts).allMatch(it::contains))
                .findFirst();
    }

    private static List<SearchTable.Row> table() {
        try {
            return SearchTable.rows("us-core-table").toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> dates() throws IOException {
        return rules().flatMap(rule -> rule.searches().stream()
                        .filter(names -> names.stream().anyMatch(DATES::contains))
                        .map(names -> rule.type() + "?patient=us-amy&"
                                + names.stream()
                                        .filter(DATES::contains)
                                        .findFirst()
                                        .orElseThrow()))
                .distinct();
    }

    static Stream<Rule> rules() throws IOException {
        try (InputStream rules =
                Objects.requireNonNull(ServerRulesIT.class.getResourceAsStream("/fhir/server-rules.txt"))) {
            return new String(rules.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("["))
                    .map(line -> line.split(" {2,}"))
                    .map(cells -> new Rule(
                            cells[0],
                            words(cells[1]),
                            words(cells[2]).stream()
                                    .map(it -> Set.of(it.split("\\+")))
                                    .toList(),
                            words(cells[3]),
                            words(cells[4])));
        }
    }

    private static List<String> words(String cell) {
        return cell.equals("-") ? List.of() : List.of(cell.split(" "));
    }

    /** A line of {@code server-rules.txt}. */
    record Rule(
            String type,
            List<String> interactions,
            List<Set<String>> searches,
            List<String> reverseIncludes,
            List<String> operations) {

        @Override
        public String toString() {
            return type + " " + searches;
        }
    }
}
