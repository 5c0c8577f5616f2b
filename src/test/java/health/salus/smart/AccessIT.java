package health.salus.smart;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.password.PasswordEncoder;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Attacks on a running server by somebody with a good token for too little: the app of the patient Anna, who wants to
 * learn about Bela, and clients whose scopes cover some types only.
 */
class AccessIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final String FORM = "application/x-www-form-urlencoded";
    // Small attachments stay inside their resource and have no address of their own.
    private static final String PADDING = ".".repeat(70_000);
    private static final String SECRET = "http://loinc.org|75622-1";

    private static TestTokens tokens;
    private static FhirClient staff;
    private static FhirClient anna;

    private static String ownObservation;
    private static String foreignObservation;
    private static String performedByAnna;
    private static String deletedObservation;
    private static String misfiledObservation;
    private static DocumentReference ownDocument;
    private static DocumentReference foreignDocument;
    private static DocumentReference misfiledDocument;

    @BeforeAll
    static void fillTheServer() {
        tokens = new TestTokens(SERVER);
        staff = client(Role.SYSTEM, null, "system/*.cruds");
        anna = client(Role.PATIENT, "anna", "patient/*.rs launch/patient openid");
        put(new Practitioner().addName(new HumanName().setFamily("Doktor")), "doc");
        put(new Organization().setName("Clinic"), "clinic");
        patient("anna", "Annasdottir");
        patient("bela", "Belason");
        ownObservation =
                staff.create(observation("anna", "718-7")).getIdElement().getIdPart();
        foreignObservation =
                staff.create(observation("bela", "75622-1")).getIdElement().getIdPart();
        Observation performed = observation("bela", "75622-1");
        performed.addPerformer(new Reference("Patient/anna"));
        performedByAnna = staff.create(performed).getIdElement().getIdPart();
        deletedObservation =
                staff.create(observation("bela", "75622-1")).getIdElement().getIdPart();
        staff.delete("/Observation/" + deletedObservation);
        Observation focusing = observation("anna", "718-7");
        focusing.addFocus(new Reference("Patient/bela"));
        focusing.addPerformer(new Reference("Practitioner/doc"));
        put(focusing, "focusing");
        misfiledObservation = put(observation("anna", "75622-1"), "misfiled");
        put(observation("bela", "75622-1"), "misfiled");
        ownDocument = staff.create(document("anna", "about anna"));
        foreignDocument = staff.create(document("bela", "about bela"));
        misfiledDocument = staff.create(document("anna", "misfiled under anna"));
        DocumentReference corrected = document("bela", "now where it belongs");
        put(corrected, misfiledDocument.getIdElement().getIdPart());
    }

    // ---- one's own record

    @Test
    void aPatientReadsAndFindsTheirOwnRecord() {
        assertThat(anna.get("/Patient/anna").status()).isEqualTo(200);
        assertThat(anna.get("/Observation/" + ownObservation).status()).isEqualTo(200);
        assertThat(anna.get("/Observation/" + ownObservation + "/_history/1").status())
                .isEqualTo(200);
        assertThat(anna.get("/Observation/" + ownObservation + "/_history").status())
                .isEqualTo(200);
        assertThat(ids(anna.search("/Observation?code=718-7"))).contains(ownObservation, "focusing");
        assertThat(ids(anna.search("/Patient"))).containsExactly("anna");
        assertThat(ids(anna.search("/Observation?patient=Patient/anna&code=718-7")))
                .contains(ownObservation);
    }

    @Test
    void whatTheRecordPointsToIsReadAlong() {
        assertThat(anna.get("/Practitioner/doc").status()).isEqualTo(200);
        assertThat(anna.search("/Observation?_id=focusing&_include=Observation:performer"))
                .extracting(Resource::fhirType)
                .containsExactlyInAnyOrder("Observation", "Practitioner");
        assertThat(anna.get("/Observation?performer:Practitioner.name=Doktor").status())
                .isEqualTo(200);
    }

    @Test
    void everythingIsEverythingOfOneselfOnly() {
        Answer answer = anna.get("/Patient/anna/$everything?_count=200");

        assertThat(answer.status()).isEqualTo(200);
        Bundle everything = answer.resource(Bundle.class);
        assertThat(resources(everything)).contains("Patient/anna", "Observation/" + ownObservation);
        assertThat(answer.text()).doesNotContain("Belason").doesNotContain(foreignObservation);
        assertThat(everything.hasTotal()).isFalse();
    }

    @Test
    void anOwnAttachmentIsRead() {
        assertThat(anna.get(attachment(ownDocument)).text()).startsWith("about anna");
    }

    // ---- somebody else's

    @Test
    void whatBelongsToOthersIsAnsweredLikeWhatNeverExisted() {
        for (String type : List.of("Patient", "Observation", "DocumentReference", "Binary")) {
            String unknown = "nothing-has-this-id";
            for (String id : foreignIds(type)) {
                assertThat(answerTo("/" + type + "/" + id, id))
                        .as(type + "/" + id)
                        .isEqualTo(answerTo("/" + type + "/" + unknown, unknown));
                assertThat(answerTo("/" + type + "/" + id + "/_history", id))
                        .as(type + "/" + id + "/_history")
                        .isEqualTo(answerTo("/" + type + "/" + unknown + "/_history", unknown));
                for (String version : List.of("1", "2", "9")) {
                    String path = "/_history/" + version;
                    assertThat(answerTo("/" + type + "/" + id + path, id))
                            .as(type + "/" + id + path)
                            .isEqualTo(answerTo("/" + type + "/" + unknown + path, unknown));
                }
                assertThat(anna.head("/" + type + "/" + id).status()).isEqualTo(404);
            }
        }
        assertThat(answerTo("/Patient/bela/$everything", "bela"))
                .isEqualTo(answerTo("/Patient/nothing-has-this-id/$everything", "nothing-has-this-id"));
    }

    @Test
    void anOldConditionOfTheClientChangesNothing() {
        assertThat(anna.get("/Observation/" + foreignObservation, "If-None-Match", "W/\"1\"")
                        .status())
                .isEqualTo(404);
        assertThat(anna.get("/Observation/" + foreignObservation, "If-Modified-Since", "Sun, 01 Jan 2034 00:00:00 GMT")
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient?name=Belason",
                "/Patient?_id=bela",
                "/Patient?_id=anna,bela&name=Belason",
                "/Patient?link=Patient/anna",
                "/Observation?patient=Patient/bela",
                "/Observation?patient=bela",
                "/Observation?patient=Patient/anna,Patient/bela&code=" + SECRET,
                "/Observation?subject=Patient/bela",
                "/Observation?performer=Patient/anna",
                "/Observation?code=" + SECRET,
                "/Observation?code:not=718-7&code=" + SECRET,
                "/Observation?_lastUpdated=gt2000&code=" + SECRET,
                "/DocumentReference?patient=Patient/bela",
                "/Observation?code=" + SECRET + "&_sort=-_lastUpdated"
            })
    void aSearchNeitherFindsNorCountsWhatBelongsToOthers(String query) {
        for (String option : List.of("", "_summary=count", "_count=0", "_total=accurate", "_total=estimate")) {
            Answer answer = anna.get(escaped(query + "&" + option));
            assertThat(answer.status()).as(option).isEqualTo(200);
            Bundle found = answer.resource(Bundle.class);
            assertThat(found.getEntry()).as(option).isEmpty();
            assertThat(found.getTotal()).as(option).isZero();
        }
        Answer posted = anna.send(
                "POST",
                query.substring(0, query.indexOf('?')) + "/_search",
                BodyPublishers.ofString(escaped(query.substring(query.indexOf('?') + 1)) + "&_summary=count"),
                "Content-Type",
                FORM);
        assertThat(posted.resource(Bundle.class).getTotal()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient?_has:Observation:patient:code=75622-1",
                "/Practitioner?_has:Observation:performer:code=75622-1",
                "/Practitioner?name=Doktor",
                "/Organization?_has:Patient:organization:name=Belason",
                "/Observation?focus:Patient.name=Belason",
                "/Observation?focus.name=Belason",
                "/Observation?subject:Patient.general-practitioner.name=Doktor",
                "/Observation?_sort=subject:Patient.name",
                "/Observation?_list=1",
                "/Observation?_filter=subject%20eq%20Patient/bela",
                "/Questionnaire?name=x",
                "/Group?member=Patient/anna",
                "/AuditEvent?patient=Patient/anna",
                "?_tag=x",
                "/_history",
                "/Patient/_history",
                "/Observation/_history",
                "/$get-resource-counts",
                "/Patient/$everything",
                "/Observation/$lastn",
                "/Patient/anna/$meta",
                "/Encounter/$everything"
            })
    void aSearchThatAsksAboutOthersOnTheWayIsRefused(String query) {
        Answer answer = anna.get(query + (query.contains("?") && !query.contains("$") ? "&_summary=count" : ""));

        assertThat(answer.status()).isIn(400, 403, 404, 405);
        assertThat(answer.text()).doesNotContain("Bundle").doesNotContain("Belason");
    }

    @Test
    void whatIsIncludedIsJudgedLikeWhatIsFound() {
        List<Resource> found = anna.search("/Observation?_id=focusing&_include=*&_include=Observation:focus");
        List<Resource> pointing = anna.search("/Patient?_revinclude=Observation:focus&_revinclude=Observation:performer"
                + "&_revinclude=Observation:subject&_revinclude:iterate=*");

        assertThat(ids(found)).contains("focusing").doesNotContain("bela");
        assertThat(ids(pointing)).contains(ownObservation).doesNotContain(performedByAnna, "misfiled");
    }

    @Test
    void theFilesOfOthersStayClosed() {
        assertThat(staff.get(attachment(foreignDocument)).text()).startsWith("about bela");
        assertThat(anna.get(attachment(foreignDocument)).status()).isEqualTo(404);
        assertThat(anna.head(attachment(foreignDocument)).status()).isEqualTo(404);
        assertThat(anna.get(attachment(foreignDocument), "Range", "bytes=0-3").status())
                .isEqualTo(404);
        assertThat(anna.get(attachment(misfiledDocument)).status())
                .as("what was filed under the wrong patient")
                .isEqualTo(404);
    }

    @Test
    void aBinaryThatStandsForItselfIsOpenToThePatientItNames() {
        String own = staff.create(binary("anna")).getIdElement().getIdPart();
        String foreign = staff.create(binary("bela")).getIdElement().getIdPart();
        String nobodys = staff.create(binary(null)).getIdElement().getIdPart();

        assertThat(anna.get("/Binary/" + own).status()).isEqualTo(200);
        assertThat(anna.get("/Binary/" + foreign).status()).isEqualTo(404);
        assertThat(anna.get("/Binary/" + nobodys).status()).isEqualTo(404);
    }

    @Test
    void aPatientChangesNothing() {
        Observation own = observation("anna", "718-7");
        own.setId("focusing");

        assertThat(anna.post("/Observation", own).status()).isEqualTo(403);
        assertThat(anna.post("/Observation", own, "If-None-Exist", "code=" + SECRET)
                        .status())
                .isEqualTo(403);
        assertThat(anna.put("/Observation/focusing", own).status()).isEqualTo(403);
        assertThat(anna.put("/Observation/brand-new", own.copy().setId("brand-new"))
                        .status())
                .isEqualTo(403);
        assertThat(anna.delete("/Observation/focusing").status()).isEqualTo(403);
        assertThat(anna.delete("/Observation?code=718-7").status()).isEqualTo(403);
        for (String id : List.of("focusing", foreignObservation, "nothing-has-this-id")) {
            assertThat(anna.send(
                                    "PATCH",
                                    "/Observation/" + id,
                                    BodyPublishers.ofString(
                                            "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"final\"}]"),
                                    "Content-Type",
                                    "application/json-patch+json")
                            .status())
                    .isEqualTo(403);
        }
        assertThat(anna.post("/", batch(HTTPVerb.GET, "Patient/anna")).status()).isEqualTo(403);
        assertThat(anna.post("/", batch(HTTPVerb.GET, "Patient/bela")).status()).isEqualTo(403);
    }

    @Test
    void thePagesOfSomebodyElsesSearchStayClosed() {
        String next = staff.get("/Observation?_count=1&_total=accurate")
                .resource(Bundle.class)
                .getLink("next")
                .getUrl();
        String beyond = next.replaceAll("_getpagesoffset=\\d+", "_getpagesoffset=100000");
        FhirClient observer = client(Role.SYSTEM, null, "system/Observation.rs");

        assertThat(staff.get(next).status()).isEqualTo(200);
        for (FhirClient stranger : List.of(anna, observer)) {
            assertThat(stranger.get(next).status()).isEqualTo(403);
            assertThat(stranger.get(beyond).status()).isEqualTo(403);
        }
    }

    @Test
    void onesOwnSearchesArePaged() {
        for (FhirClient client : List.of(anna, client(Role.SYSTEM, null, "system/Observation.rs"))) {
            Bundle first = client.get("/Observation?_count=1").resource(Bundle.class);

            Answer second = client.get(first.getLink("next").getUrl());

            assertThat(second.status()).isEqualTo(200);
            assertThat(resources(second.resource(Bundle.class))).isNotEqualTo(resources(first));
        }
        Bundle history = staff.get("/Observation/misfiled/_history?_count=1").resource(Bundle.class);
        assertThat(staff.get(history.getLink("next").getUrl()).status()).isEqualTo(200);
    }

    // ---- scopes for some types and letters only

    @Test
    void aScopeForOneTypeOpensNoOther() {
        FhirClient observer = client(Role.SYSTEM, null, "system/Observation.rs");

        assertThat(observer.get("/Observation/" + foreignObservation).status()).isEqualTo(200);
        assertThat(observer.get("/Patient/bela").status()).isEqualTo(403);
        assertThat(observer.get("/Patient?name=Belason").status()).isEqualTo(403);
        assertThat(observer.search("/Observation?_id=focusing&_include=Observation:subject"))
                .extracting(Resource::fhirType)
                .containsExactly("Observation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Observation?subject:Patient.name=Belason",
                "/Observation?subject.name=Belason",
                "/Observation?patient.name=Belason",
                "/Observation?_has:DiagnosticReport:result:status=final",
                "/Observation?_sort=patient.name",
                "/Observation?patient._has:Condition:patient:code=1"
            })
    void aScopeForOneTypeAnswersNoQuestionAboutAnother(String query) {
        FhirClient observer = client(Role.SYSTEM, null, "system/Observation.rs");

        assertThat(observer.get(query + "&_summary=count").status()).isIn(400, 403);
    }

    @Test
    void chainsLeadWhereTheScopesReach() {
        FhirClient both = client(Role.SYSTEM, null, "system/Observation.rs system/Patient.rs");

        assertThat(ids(both.search("/Observation?subject:Patient.name=Belason")))
                .contains(foreignObservation);
        assertThat(ids(both.search("/Patient?_has:Observation:patient:code=75622-1")))
                .contains("bela");
    }

    @Test
    void findingAndReadingAreTwoRights() {
        FhirClient reader = client(Role.SYSTEM, null, "system/Observation.r");
        FhirClient finder = client(Role.SYSTEM, null, "system/Observation.s system/DocumentReference.s");

        assertThat(reader.get("/Observation/" + ownObservation).status()).isEqualTo(200);
        assertThat(reader.get("/Observation?_id=" + ownObservation).status()).isEqualTo(403);
        assertThat(finder.get("/Observation/" + ownObservation).status()).isEqualTo(403);
        assertThat(ids(finder.search("/Observation?_id=" + ownObservation))).containsExactly(ownObservation);
        assertThat(finder.get(attachment(ownDocument)).status()).isEqualTo(404);
    }

    @Test
    void aWriterWhoMayNotReadIsToldNothing() {
        FhirClient writer = client(Role.SYSTEM, null, "system/Observation.cu");

        Answer created = writer.post("/Observation", observation("anna", "1-8"), "Prefer", "return=representation");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text()).doesNotContain("1-8");
        assertThat(writer.post("/Observation", observation("anna", "1-8"), "If-None-Exist", "code=" + SECRET)
                        .status())
                .isEqualTo(403);
        assertThat(writer.put("/Observation?code=" + escaped(SECRET), observation("anna", "1-8"))
                        .status())
                .isEqualTo(403);
        assertThat(writer.delete("/Observation/focusing").status()).isEqualTo(403);
    }

    @Test
    void makingSomethingByPutTakesTheRightToCreate() {
        FhirClient updater = client(Role.SYSTEM, null, "system/Observation.ru");

        assertThat(updater.put(
                                "/Observation/made-by-put",
                                observation("anna", "1-8").setId("made-by-put"))
                        .status())
                .isEqualTo(403);
        assertThat(staff.get("/Observation/made-by-put").status()).isEqualTo(404);
    }

    @Test
    void oneEntryThatIsNotAllowedSpoilsTheTransaction() {
        FhirClient writer = client(Role.SYSTEM, null, "system/Observation.cruds");
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        entry(transaction, HTTPVerb.PUT, "Observation/in-a-bundle", observation("anna", "1-8"));
        entry(transaction, HTTPVerb.PUT, "Organization/in-a-bundle", new Organization().setName("Smuggled"));

        assertThat(writer.post("/", transaction).status()).isEqualTo(403);
        assertThat(staff.get("/Observation/in-a-bundle").status()).isEqualTo(404);
    }

    @Test
    void aReferenceByConditionTakesTheRightToSearch() {
        FhirClient writer = client(Role.SYSTEM, null, "system/Observation.cruds");
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Observation pointing = observation("anna", "1-8");
        pointing.setSubject(new Reference("Patient?identifier=urn:test|mrn-bela"));
        entry(transaction, HTTPVerb.POST, "Observation", pointing);

        assertThat(writer.post("/", transaction).status()).isEqualTo(403);
        assertThat(staff.post("/", transaction).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "north/Patient/x",
                "default/Patient/anna",
                "Patient/anna/$everything",
                "$get-resource-counts",
                "../north/Patient/x"
            })
    void aBatchReachesNeitherAnotherTenantNorAnOperation(String url) {
        assertThat(staff.post("/", batch(HTTPVerb.GET, url)).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/$expunge",
                "/Patient/anna/$expunge",
                "/$mark-all-resources-for-reindexing",
                "/$perform-reindexing-pass",
                "/$reindex-terminology",
                "/Patient/$hapi.fhir.merge",
                "/$export",
                "/$graphql"
            })
    void operationsThatNobodyWasGivenAreRefusedToAll(String operation) {
        assertThat(staff.post(operation, new Parameters()).status()).isIn(400, 403, 404, 405);
    }

    @Test
    void deletingDoesNotDestroy() {
        String id = staff.create(observation("anna", "1-8")).getIdElement().getIdPart();

        staff.delete("/Observation/" + id + "?_expunge=true");

        assertThat(staff.get("/Observation/" + id + "/_history/1").status()).isEqualTo(200);
    }

    // ---- tokens

    @Test
    void aTokenThatGrantsNothingOpensNothing() {
        for (String token : List.of(
                tokens.of(Role.ADMIN, "anna", ""),
                tokens.of(Role.ADMIN, "anna", "openid fhirUser launch/patient"),
                tokens.of(Role.PATIENT, null, "patient/*.rs"),
                tokens.of(Role.ADMIN, null, "system/*.cruds"),
                tokens.of(Role.SYSTEM, null, "user/*.cruds"))) {
            FhirClient client = FhirClient.withToken(SERVER.fhirBase(), token);
            assertThat(client.get("/Patient/anna").status()).isEqualTo(403);
            assertThat(client.get("/Patient").status()).isEqualTo(403);
            assertThat(client.get("/metadata").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient/Observation.rs?category=laboratory",
                "system/*.dus",
                "system/Unicorn.rs",
                "system/Patient.rs,system/*.cruds"
            })
    void aScopeThatIsNotUnderstoodSpoilsTheToken(String scope) {
        Answer answer = client(Role.SYSTEM, null, "system/*.cruds " + scope).get("/Patient/anna");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("WWW-Authenticate")).contains("insufficient_scope");
    }

    @Test
    void onlyAccessTokensOfThisServerForThisBaseAreTaken() throws Exception {
        JWTClaimsSet.Builder good = tokens.claims(Role.SYSTEM, null, "system/*.cruds");
        RSAKey other = new RSAKeyGenerator(2048).generate();
        String issuer = SERVER.property("salus.public-url");

        assertThat(statusWith(tokens.sign(good.build()))).isEqualTo(200);
        assertThat(statusWith(tokens.sign(good.build(), tokens.key(), "JWT"))).isEqualTo(401);
        assertThat(statusWith(tokens.sign(good.build(), other, "at+jwt"))).isEqualTo(401);
        assertThat(statusWith(new PlainJWT(good.build()).serialize())).isEqualTo(401);
        assertThat(statusWith(
                        tokens.sign(good.expirationTime(Date.from(Instant.now().minusSeconds(60)))
                                .build())))
                .isEqualTo(401);
        good.expirationTime(null);
        assertThat(statusWith(tokens.sign(good.build()))).isEqualTo(401);
        good.expirationTime(Date.from(Instant.now().plusSeconds(60)));
        assertThat(statusWith(tokens.sign(good.issuer("https://evil.example").build())))
                .isEqualTo(401);
        good.issuer(issuer);
        for (List<String> audience :
                List.of(List.<String>of(), List.of("an-app"), List.of(issuer), List.of(issuer + "/fhir/north"))) {
            assertThat(statusWith(tokens.sign(good.audience(audience).build()))).isEqualTo(401);
        }
        good.audience(issuer + "/fhir");
        assertThat(statusWith(tokens.sign(good.claim("salus_tenant", "north").build())))
                .isEqualTo(401);
    }

    @Test
    void aTokenOfOneTenantOpensNoOther() {
        String north = tokens.sign(tokens.claims(Role.SYSTEM, null, "system/*.cruds")
                .audience(SERVER.fhirBase() + "/north")
                .claim("salus_tenant", "north")
                .build());
        FhirClient inNorth = FhirClient.withToken(SERVER.fhirBase() + "/north", north);

        assertThat(inNorth.put("/Patient/anna", new Patient().setId("anna")).status())
                .isEqualTo(201);
        assertThat(inNorth.get("/Patient/bela").status()).isEqualTo(404);
        assertThat(FhirClient.withToken(SERVER.fhirBase(), north)
                        .get("/Patient/bela")
                        .status())
                .isEqualTo(401);
        assertThat(FhirClient.withToken(SERVER.fhirBase() + "/south", north)
                        .get("/Patient/anna")
                        .status())
                .isEqualTo(401);
        assertThat(FhirClient.withToken(SERVER.fhirBase() + "/%73outh", north)
                        .get("/Patient/anna")
                        .status())
                .isEqualTo(401);
        assertThat(inNorth.post("/", batch(HTTPVerb.GET, "south/Patient/anna")).status())
                .isEqualTo(403);
    }

    @Test
    void theBatchOfATenantStaysInIt() {
        String north = tokens.sign(tokens.claims(Role.SYSTEM, null, "system/*.cruds")
                .audience(SERVER.fhirBase() + "/north")
                .claim("salus_tenant", "north")
                .build());
        Answer answer = FhirClient.withToken(SERVER.fhirBase() + "/north", north)
                .post("/", batch(HTTPVerb.GET, "Patient/bela"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("Belason");
    }

    @Test
    void withoutATokenThereIsNothingButTheMetadata() {
        FhirClient nobody = FhirClient.anonymous(SERVER.fhirBase());

        assertThat(nobody.get("/metadata").status()).isEqualTo(200);
        assertThat(nobody.get("/.well-known/smart-configuration").status()).isEqualTo(200);
        for (String path : List.of("", "/", "/Patient", "/Patient/anna", "/Binary/x", "/metadata/x", "/$expunge")) {
            assertThat(nobody.get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(nobody.post("/", batch(HTTPVerb.GET, "Patient/anna")).status())
                .isEqualTo(401);
    }

    @Test
    void aLoginGivesATokenForOnesOwnRecord() {
        DemoUser person = new DemoUser("anna", "a-password", Role.PATIENT.code());
        SERVER.bean(Users.class)
                .save(
                        new SmartUser(person.username(), Role.PATIENT, TenantId.DEFAULT, "Patient/anna", "anna"),
                        SERVER.bean(PasswordEncoder.class).encode(person.password()),
                        true);
        SmartApp app = new SmartApp(Integer.parseInt(SERVER.property("server.port")), "demo-app", SERVER.fhirBase());

        String token = app.launch("openid fhirUser launch/patient patient/*.rs", person)
                .path("access_token")
                .asText();

        FhirClient client = FhirClient.withToken(SERVER.fhirBase(), token);
        assertThat(client.get("/Patient/anna").status()).isEqualTo(200);
        assertThat(client.get("/Patient/bela").status()).isEqualTo(404);
    }

    private static List<String> foreignIds(String type) {
        return switch (type) {
            case "Patient" -> List.of("bela");
            case "Observation" -> List.of(foreignObservation, performedByAnna, deletedObservation, misfiledObservation);
            case "Binary" -> List.of(attachment(foreignDocument).replaceAll(".*/", ""));
            default -> List.of(foreignDocument.getIdElement().getIdPart());
        };
    }

    /** Everything that an answer says, apart from the id that was asked for and the number of the request. */
    private static String answerTo(String path, String id) {
        Answer answer = anna.get(path);
        assertThat(answer.status()).as(path).isEqualTo(404);
        Set<String> headers = new TreeSet<>(answer.response().headers().map().keySet());
        // Says when the connection ends, which depends on how many requests it has carried.
        headers.removeAll(Set.of("connection", "keep-alive"));
        return (answer.status() + " " + headers + " " + answer.text()).replace(id, "*");
    }

    private static int statusWith(String token) {
        return FhirClient.withToken(SERVER.fhirBase(), token)
                .get("/Patient/anna")
                .status();
    }

    private static FhirClient client(Role role, String patient, String scope) {
        return FhirClient.withToken(SERVER.fhirBase(), tokens.of(role, patient, scope));
    }

    private static void patient(String id, String family) {
        Patient patient = new Patient();
        patient.addName().setFamily(family);
        patient.addIdentifier().setSystem("urn:test").setValue("mrn-" + id);
        patient.addGeneralPractitioner(new Reference("Practitioner/doc"));
        patient.setManagingOrganization(new Reference("Organization/clinic"));
        put(patient, id);
    }

    private static String put(Resource resource, String id) {
        resource.setId(id);
        Answer answer = staff.put("/" + resource.fhirType() + "/" + id, resource);
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
        return id;
    }

    private static Observation observation(String patient, String code) {
        return new Observation()
                .setStatus(ObservationStatus.FINAL)
                .setCode(new CodeableConcept().addCoding(new Coding("http://loinc.org", code, null)))
                .setSubject(new Reference("Patient/" + patient));
    }

    private static DocumentReference document(String patient, String text) {
        DocumentReference document = new DocumentReference()
                .setStatus(DocumentReferenceStatus.CURRENT)
                .setSubject(new Reference("Patient/" + patient));
        document.addContent()
                .setAttachment(new Attachment().setContentType("text/plain").setData((text + PADDING).getBytes()));
        return document;
    }

    private static Binary binary(String patient) {
        Binary binary = new Binary().setContentType("text/plain").setData("bytes".getBytes());
        return patient == null ? binary : binary.setSecurityContext(new Reference("Patient/" + patient));
    }

    private static String attachment(DocumentReference document) {
        return document.getContentFirstRep().getAttachment().getUrl();
    }

    private static Bundle batch(HTTPVerb verb, String url) {
        Bundle batch = new Bundle().setType(BundleType.BATCH);
        batch.addEntry().getRequest().setMethod(verb).setUrl(url);
        return batch;
    }

    private static void entry(Bundle bundle, HTTPVerb verb, String url, Resource resource) {
        BundleEntryComponent entry = bundle.addEntry().setResource(resource);
        entry.getRequest().setMethod(verb).setUrl(url);
    }

    private static List<String> ids(List<Resource> resources) {
        return resources.stream().map(it -> it.getIdElement().getIdPart()).toList();
    }

    private static List<String> resources(Bundle bundle) {
        return bundle.getEntry().stream()
                .map(it -> it.getResource()
                        .getIdElement()
                        .toUnqualifiedVersionless()
                        .getValue())
                .toList();
    }

    private static String escaped(String query) {
        return query.replace("|", "%7C").replace(" ", "%20");
    }
}
