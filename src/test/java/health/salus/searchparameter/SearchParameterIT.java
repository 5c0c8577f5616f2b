package health.salus.searchparameter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UriType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import javax.sql.DataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Search parameters that an administrator stores, https://hl7.org/fhir/R4/searchparameter.html: nothing that is there is
 * missed by a search, from the moment at which it is answered.
 */
class SearchParameterIT {

    private static final String COLOUR = "http://example.org/eye-colour";
    private static final String FRIEND = "http://example.org/friend";
    private static final String VISIT = "http://example.org/visit/";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final FhirClient admin =
            FhirClient.withToken(server.fhirBase(), tokens.of(Role.ADMIN, null, "user/*.cruds salus_api"));
    private final FhirClient north = FhirClient.withToken(
            server.fhirBase() + "/north", tokens.ofTenant("north", Role.PRACTITIONER, "user/*.cruds"));
    private final String code = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final String blue = "blue" + code;

    @Test
    void whatWasThereBeforeIsFoundInEveryTenantOnceItIsIndexedAndNothingIsAnsweredUntilThen() throws SQLException {
        String here = admin.create(patient(blue)).getIdElement().getIdPart();
        String there = north.create(patient(blue)).getIdElement().getIdPart();
        admin.create(patient("green"));

        Connection before = openTransaction();
        SearchParameter parameter = admin.create(parameter());
        for (String search : List.of(
                "/Patient?%s=" + blue,
                "/Patient?%s:missing=true",
                "/Patient?_sort=%s",
                "/Observation?subject:Patient.%s=" + blue,
                "/Observation?patient.%s=" + blue,
                "/Patient?_filter=%s eq blue")) {
            Answer early = admin.get(search.formatted(code).replace(" ", "%20"));
            assertThat(early.status()).as(search + " " + early.text()).isEqualTo(503);
            assertThat(early.header("Retry-After")).as(search).isNotEmpty();
            assertThat(early.diagnostics()).contains(code, "still being indexed");
        }
        assertThat(admin.get("/Patient?" + code + "=" + blue, "Prefer", "handling=lenient")
                        .status())
                .isEqualTo(503);
        assertThat(admin.post("/Patient", patient(blue), "If-None-Exist", code + "=" + blue)
                        .status())
                .isEqualTo(503);
        assertThat(admin.get("/metadata").text()).doesNotContain(code);
        // Who has begun before may still write something that is not indexed by it.
        assertThat(state(parameter).path("state").asText()).isEqualTo("waiting");
        before.close();
        awaitState(parameter, "finished");

        assertThat(ids(admin.search("/Patient?" + code + "=" + blue))).containsExactly(here);
        assertThat(ids(north.search("/Patient?" + code + "=" + blue))).containsExactly(there);
        String later = admin.create(patient(blue)).getIdElement().getIdPart();
        assertThat(ids(admin.search("/Patient?" + code + "=" + blue))).containsExactlyInAnyOrder(here, later);
        assertThat(ids(admin.search("/Patient?" + code + "=" + blue + "&_sort=" + code)))
                .hasSize(2);
        assertThat(admin.get("/metadata").text()).contains(code);
    }

    @Test
    void itsStateSaysHowManyResourcesWereReadAndWhen() {
        admin.create(patient(blue));
        Instant before = Instant.now().minusSeconds(1);
        SearchParameter parameter = admin.create(parameter());

        assertThat(state(parameter).path("state").asText()).isIn("waiting", "running");
        JsonNode finished = awaitState(parameter, "finished");

        assertThat(finished.path("code").asText()).isEqualTo(code);
        assertThat(finished.path("types").toString()).isEqualTo("[\"Patient\"]");
        assertThat(finished.path("resources").asLong()).isPositive();
        assertThat(finished.path("done").asLong())
                .isGreaterThanOrEqualTo(finished.path("resources").asLong());
        assertThat(finished.path("failed").asLong()).isZero();
        assertThat(Instant.parse(finished.path("askedAt").asText())).isAfter(before);
        assertThat(Instant.parse(finished.path("finishedAt").asText()))
                .isAfter(Instant.parse(finished.path("startedAt").asText()));
    }

    @Test
    void indexingChangesNeitherVersionNorTimeOfAResource() {
        Patient patient = admin.create(patient(blue));
        String path = "/" + patient.getIdElement().toUnqualifiedVersionless().getValue();
        String before = admin.get(path).text();

        awaitState(admin.create(parameter()), "finished");

        assertThat(admin.search("/Patient?" + code + "=" + blue + "&_id="
                        + patient.getIdElement().getIdPart()))
                .hasSize(1);
        assertThat(admin.get(path).text()).isEqualTo(before);
        assertThat(admin.search(path + "/_history")).hasSize(1);
    }

    @Test
    void aChangedExpressionFindsWhatItSaysNowAndADescriptionChangesNothing() throws SQLException {
        String name = "n" + code;
        Patient patient = patient(blue);
        patient.addName().setText(name);
        String id = admin.create(patient).getIdElement().getIdPart();
        SearchParameter parameter = admin.create(parameter());
        awaitState(parameter, "finished");
        JsonNode first = state(parameter);

        parameter.setDescription("Says more");
        assertThat(put(parameter).status()).isEqualTo(200);
        assertThat(state(parameter)).isEqualTo(first);
        assertThat(admin.search("/Patient?" + code + "=" + blue)).hasSize(1);

        Connection before = openTransaction();
        parameter.setExpression("Patient.name.text");
        assertThat(put(parameter).status()).isEqualTo(200);
        assertThat(admin.get("/Patient?" + code + "=" + name).status()).isEqualTo(503);
        before.close();
        awaitState(parameter, "finished");

        assertThat(ids(admin.search("/Patient?" + code + "=" + name))).containsExactly(id);
        assertThat(admin.search("/Patient?" + code + "=" + blue)).isEmpty();
    }

    @Test
    void oneThatIsRetiredOrDeletedIsUnknownAtOnceAndLeavesNothingInTheIndex() {
        Patient patient = admin.create(patient(blue));
        long before = indexed(patient);
        SearchParameter parameter = admin.create(parameter());
        awaitState(parameter, "finished");
        assertThat(indexed(patient)).isEqualTo(before + 1);

        parameter.setStatus(PublicationStatus.RETIRED);
        assertThat(put(parameter).status()).isEqualTo(200);
        assertThat(admin.get("/Patient?" + code + "=" + blue).status()).isEqualTo(400);
        awaitState(parameter, "finished");
        assertThat(indexed(patient)).isEqualTo(before);

        parameter.setStatus(PublicationStatus.ACTIVE);
        assertThat(put(parameter).status()).isEqualTo(200);
        awaitState(parameter, "finished");
        assertThat(admin.search("/Patient?" + code + "=" + blue)).hasSize(1);

        assertThat(admin.delete("/SearchParameter/" + parameter.getIdElement().getIdPart())
                        .status())
                .isIn(200, 204);
        assertThat(admin.get("/Patient?" + code + "=" + blue).status()).isEqualTo(400);
        awaitState(parameter, "finished");
        assertThat(indexed(patient)).isEqualTo(before);
        // Nothing stands in the way of the next one of that name.
        awaitState(admin.create(parameter()), "finished");
    }

    @Test
    void includesChainsAndReverseChainsFollowAReferenceParameter() {
        Patient friend = admin.create(Records.patient("F" + code));
        Patient patient = Records.patient("Haupt");
        patient.addExtension(
                FRIEND, new Reference("Patient/" + friend.getIdElement().getIdPart()));
        String id = admin.create(patient).getIdElement().getIdPart();

        SearchParameter parameter = parameter();
        parameter.setType(SearchParamType.REFERENCE).setExpression("Patient.extension('" + FRIEND + "').value");
        parameter.addTarget("Patient");
        awaitState(admin.create(parameter), "finished");

        String toFriend = friend.getIdElement().getIdPart();
        assertThat(ids(admin.search("/Patient?" + code + "=Patient/" + toFriend)))
                .containsExactly(id);
        assertThat(ids(admin.search("/Patient?_id=" + id + "&_include=Patient:" + code)))
                .containsExactlyInAnyOrder(id, toFriend);
        assertThat(ids(admin.search("/Patient?_id=" + toFriend + "&_revinclude=Patient:" + code)))
                .containsExactlyInAnyOrder(id, toFriend);
        assertThat(ids(admin.search("/Patient?" + code + ".family=F" + code))).containsExactly(id);
        assertThat(ids(admin.search("/Patient?_has:Patient:" + code + ":_id=" + id)))
                .containsExactly(toFriend);
    }

    @Test
    void aDraftIsKeptAndNothingIsSearchedByIt() {
        SearchParameter draft = admin.create(parameter().setStatus(PublicationStatus.DRAFT));

        assertThat(admin.get("/Patient?" + code + "=" + blue).status()).isEqualTo(400);
        assertThat(api(draft, tokens.of(Role.ADMIN, null, "salus_api")).status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            nullValues = "none",
            value = {
                "code; none; 'code'",
                "code; a.b; 'code'",
                "code; _x; 'code'",
                "code; birthdate; FHIR itself",
                "url; none; 'url'",
                "url; eye-colour; 'url'",
                "url; http://hl7.org/fhir/SearchParameter/individual-birthdate; FHIR itself",
                "base; none; 'base'",
                "base; Patience; 'base'",
                "expression; none; 'expression'",
                "expression; Patient.nmae; nmae",
                "expression; Patient.name.where(; 'expression'",
                "expression; Observation.code; nothing about Patient",
                "type; none; 'type'",
                "type; composite; 'component'",
                "type; special; 'type'",
                "type; reference; 'target'"
            })
    void whatCannotBeSearchedByIsRefusedInWordsAndNothingIsStored(String element, String value, String words) {
        SearchParameter parameter = parameter();
        String title = "T" + code;
        parameter.setName(title);
        switch (element) {
            case "code" -> parameter.setCode(value);
            case "url" -> parameter.setUrl(value);
            case "base" -> parameter.setBase(value == null ? null : List.of(new CodeType(value)));
            case "expression" -> parameter.setExpression(value);
            default -> parameter.setType(value == null ? null : SearchParamType.fromCode(value));
        }

        Answer answer = admin.post("/SearchParameter", parameter);

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.diagnostics()).contains(words);
        assertThat(admin.search("/SearchParameter?name=" + title)).isEmpty();
    }

    @Test
    void compositeOnesPairTheirValuesWithinOneElement() {
        String id = admin.create(visited("Äschi", "http://example.org/a", "Bern", "http://example.org/b"))
                .getIdElement()
                .getIdPart();
        awaitState(admin.create(partOfVisit("place", SearchParamType.STRING)), "finished");
        awaitState(admin.create(partOfVisit("link", SearchParamType.URI)), "finished");
        SearchParameter composite = admin.create(visit("place", "link"));
        awaitState(composite, "finished");
        String path = "/Patient?_id=" + id + "&" + code + "=";

        assertThat(ids(admin.search(path + "aschi$http://example.org/a"))).containsExactly(id);
        assertThat(ids(admin.search(path + "Bern$http://example.org/b"))).containsExactly(id);
        assertThat(admin.search(path + "Bern$http://example.org/a")).isEmpty();
        assertThat(admin.search(path + "Bern$http://example.org/a,aschi$http://example.org/b"))
                .isEmpty();
        assertThat(admin.get(path + "Bern").status()).isEqualTo(400);
        assertThat(admin.get("/metadata").text()).contains("\"name\":\"" + code + "\"");
    }

    @Test
    void compositeOnesTakeReferencesDatesAndMoreThanTwoComponents() {
        String nurse = "Practitioner/"
                + admin.create(new Practitioner()).getIdElement().getIdPart();
        String doctor = "Practitioner/"
                + admin.create(new Practitioner()).getIdElement().getIdPart();
        CarePlan plan = new CarePlan().setStatus(CarePlan.CarePlanStatus.ACTIVE);
        plan.addActivity().setDetail(activity("wash", nurse, "2020-05-01"));
        plan.addActivity().setDetail(activity("cut", doctor, "2021-06-01"));
        String id = admin.create(plan).getIdElement().getIdPart();
        SearchParameter composite = parameter();
        composite.setBase(List.of(new CodeType("CarePlan"))).setType(SearchParamType.COMPOSITE);
        composite.setExpression("CarePlan.activity.detail");
        component(composite, "http://hl7.org/fhir/SearchParameter/CarePlan-activity-code", "code");
        component(composite, "http://hl7.org/fhir/SearchParameter/CarePlan-performer", "performer");
        component(composite, "http://hl7.org/fhir/SearchParameter/CarePlan-activity-date", "scheduled.as(Period)");
        SearchParameter stored = admin.create(composite);
        awaitState(stored, "finished");
        Instant end = Instant.now().plus(PATIENCE);
        String path = "/CarePlan?_id=" + id + "&" + code + "=";
        while (admin.get(path + "a$b$2020").status() == 503 && Instant.now().isBefore(end)) {
            pause();
        }

        assertThat(ids(admin.search(path + "wash$" + nurse + "$ge2020-05"))).containsExactly(id);
        assertThat(ids(admin.search(path + "cut$" + doctor + "$2021-06-01"))).containsExactly(id);
        assertThat(admin.search(path + "cut$" + nurse + "$2020-05-01")).isEmpty();
        assertThat(admin.search(path + "wash$" + nurse + "$2021-06-01")).isEmpty();
        assertThat(admin.search(path + "wash$" + doctor + "$2020-05-01")).isEmpty();

        assertThat(admin.delete("/SearchParameter/" + stored.getIdElement().getIdPart())
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "http://hl7.org/fhir/SearchParameter/Nothing; name.family; no search parameter in use",
                "http://hl7.org/fhir/SearchParameter/Observation-code-value-date; name.family; can be paired",
                "http://hl7.org/fhir/SearchParameter/Observation-value-date; name.family; in use for Patient",
                "http://hl7.org/fhir/SearchParameter/individual-birthdate; name.family; does not compare",
                "http://hl7.org/fhir/SearchParameter/individual-family; name.first().family; names of elements",
                "http://hl7.org/fhir/SearchParameter/individual-family; nmae.family; names of elements",
                "http://hl7.org/fhir/SearchParameter/individual-family; contact.name.family; does not search"
            })
    void compositeOnesThatCannotBePairedAreRefusedInWords(String definition, String expression, String words) {
        SearchParameter composite = parameter();
        composite.setType(SearchParamType.COMPOSITE).setExpression("Patient");
        component(composite, "http://hl7.org/fhir/SearchParameter/individual-birthdate", "birthDate");
        component(composite, definition, expression);

        Answer answer = admin.post("/SearchParameter", composite);

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.diagnostics()).contains(words);
    }

    private SearchParameter partOfVisit(String part, SearchParamType type) {
        SearchParameter parameter = parameter();
        parameter.setCode(part + code).setType(type).setUrl(parameter.getUrl() + part);
        return parameter.setExpression("Patient.extension.where(url='" + VISIT + code + "').extension.where(url='"
                + part + "').value.as(" + type.toCode() + ")");
    }

    private SearchParameter visit(String... parts) {
        SearchParameter composite = parameter();
        composite
                .setType(SearchParamType.COMPOSITE)
                .setExpression("Patient.extension.where(url='" + VISIT + code + "')");
        for (String part : parts) {
            SearchParameter component =
                    partOfVisit(part, part.equals("link") ? SearchParamType.URI : SearchParamType.STRING);
            component(
                    composite,
                    component.getUrl(),
                    "extension('" + part + "').value.as(" + component.getType().toCode() + ")");
        }
        return composite;
    }

    private static void component(SearchParameter composite, String definition, String expression) {
        composite.addComponent().setDefinition(definition).setExpression(expression);
    }

    private Patient visited(String first, String firstLink, String second, String secondLink) {
        Patient patient = patient(blue);
        for (List<String> visit : List.of(List.of(first, firstLink), List.of(second, secondLink))) {
            Extension extension = patient.addExtension().setUrl(VISIT + code);
            extension.addExtension("place", new StringType(visit.get(0)));
            extension.addExtension("link", new UriType(visit.get(1)));
        }
        return patient;
    }

    private static CarePlan.CarePlanActivityDetailComponent activity(String code, String performer, String day) {
        return new CarePlan.CarePlanActivityDetailComponent()
                .setStatus(CarePlan.CarePlanActivityStatus.SCHEDULED)
                .setCode(new CodeableConcept(new Coding("http://example.org/care", code, null)))
                .addPerformer(new Reference(performer))
                .setScheduled(
                        new Period().setStartElement(new DateTimeType(day)).setEndElement(new DateTimeType(day)));
    }

    @Test
    void twoOfOneNameOrOneUrlAreRefused() {
        SearchParameter first = admin.create(parameter());

        SearchParameter sameCode = parameter();
        sameCode.setUrl("http://example.org/other/" + code);
        assertThat(admin.post("/SearchParameter", sameCode).diagnostics())
                .contains(first.getIdElement().getIdPart());
        SearchParameter sameUrl = parameter();
        sameUrl.setCode("d" + code);
        assertThat(admin.post("/SearchParameter", sameUrl).status()).isEqualTo(422);
        SearchParameter one = parameter();
        one.setCode("e" + code).setUrl(one.getUrl() + "/1");
        SearchParameter two = one.copy();
        two.setUrl(one.getUrl() + "/2");
        assertThat(admin.post("/", transaction(one, two)).status()).isEqualTo(422);
        assertThat(admin.search("/SearchParameter?url=" + one.getUrl())).isEmpty();
        sameCode.setBase(List.of(new CodeType("DomainResource"))).setExpression("DomainResource.language");
        assertThat(admin.post("/SearchParameter", sameCode).status()).isEqualTo(422);
    }

    @Test
    void oneThatIsNoDraftTakesNoneOfFhirAway() {
        SearchParameter retired = parameter().setStatus(PublicationStatus.RETIRED);
        retired.setCode("birthdate");
        assertThat(admin.post("/SearchParameter", retired).status()).isEqualTo(422);
        assertThat(admin.get("/Patient?birthdate=2020").status()).isEqualTo(200);
    }

    @Test
    void whatOneResourceCannotBeIndexedByIsNotSearchedBy() {
        Patient two = patient(blue);
        two.addName().setFamily("Second");
        admin.create(two);
        SearchParameter parameter = parameter();
        parameter.setExpression("Patient.name.single().family");
        parameter = admin.create(parameter);

        JsonNode failed = awaitState(parameter, "failed");
        Answer refused = admin.post("/Patient", two);
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.diagnostics()).contains("Patient.name.single().family");

        assertThat(failed.path("failed").asLong()).isPositive();
        assertThat(admin.get("/Patient?" + code + "=Second").status()).isEqualTo(400);
        assertThat(admin.get("/Patient?" + code + "=Second").diagnostics()).contains("expression");
        parameter.setExpression("Patient.name.first().family");
        assertThat(put(parameter).status()).isEqualTo(200);
        awaitState(parameter, "finished");
    }

    @Test
    void onlyAdministratorsOfTheDefaultTenantSeeHowFarItIs() {
        SearchParameter parameter = admin.create(parameter());

        assertThat(api(parameter, tokens.of(Role.ADMIN, null, "salus_api")).status())
                .isEqualTo(200);
        assertThat(api(parameter, tokens.of(Role.ADMIN, null, "user/*.cruds")).status())
                .isEqualTo(403);
        assertThat(api(parameter, tokens.of(Role.PRACTITIONER, null, "salus_api"))
                        .status())
                .isEqualTo(403);
        assertThat(api(parameter, tokens.ofTenant("north", Role.ADMIN, "salus_api"))
                        .status())
                .isEqualTo(403);
        assertThat(FhirClient.anonymous(address(parameter)).get("").status()).isEqualTo(401);
    }

    private SearchParameter parameter() {
        SearchParameter parameter = new SearchParameter();
        parameter.setUrl("http://example.org/SearchParameter/" + code);
        parameter.setName("EyeColour").setStatus(PublicationStatus.ACTIVE).setDescription("The colour of the eyes");
        parameter
                .setCode(code)
                .setType(SearchParamType.STRING)
                .setExpression("Patient.extension('" + COLOUR + "').value");
        parameter.addBase("Patient");
        return parameter;
    }

    private static Bundle transaction(Resource... resources) {
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (Resource resource : resources) {
            transaction
                    .addEntry()
                    .setResource(resource)
                    .getRequest()
                    .setMethod(Bundle.HTTPVerb.POST)
                    .setUrl(resource.fhirType());
        }
        return transaction;
    }

    private static Patient patient(String colour) {
        Patient patient = Records.patient("Iris");
        patient.addExtension(COLOUR, new StringType(colour));
        return patient;
    }

    private Answer put(SearchParameter parameter) {
        return admin.put("/SearchParameter/" + parameter.getIdElement().getIdPart(), parameter);
    }

    private String address(SearchParameter parameter) {
        return server.url("/api/search-parameters/" + parameter.getIdElement().getIdPart() + "/reindex")
                .toString();
    }

    private Answer api(SearchParameter parameter, String token) {
        return FhirClient.withToken(address(parameter), token).get("");
    }

    private JsonNode state(SearchParameter parameter) {
        Answer answer = api(parameter, admin.token().orElseThrow());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        try {
            return new ObjectMapper().readTree(answer.text());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode awaitState(SearchParameter parameter, String wanted) {
        Instant end = Instant.now().plus(PATIENCE);
        JsonNode state = state(parameter);
        while (!state.path("state").asText().equals(wanted) && Instant.now().isBefore(end)) {
            pause();
            state = state(parameter);
        }
        assertThat(state.path("state").asText()).as(state.toString()).isEqualTo(wanted);
        // Each server looks once in a second.
        while (wanted.equals("finished")
                && Instant.now().isBefore(end)
                && admin.get("/Patient?" + code + "=x").status() == 503) {
            pause();
        }
        return state;
    }

    private long indexed(Patient patient) {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM hfj_spidx_string s JOIN hfj_resource r USING (partition_id, res_id)"
                        + " WHERE r.fhir_id = :id")
                .param("id", patient.getIdElement().getIdPart())
                .query(Long.class)
                .single();
    }

    private Connection openTransaction() throws SQLException {
        Connection connection = server.bean(DataSource.class).getConnection();
        connection.setAutoCommit(false);
        connection.prepareStatement("SELECT 1").executeQuery();
        return connection;
    }

    private static List<String> ids(List<Resource> resources) {
        return resources.stream().map(it -> it.getIdElement().getIdPart()).toList();
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
