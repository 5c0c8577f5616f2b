package health.salus.smart;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import static health.salus.smart.TwoRecords.FORM;
import static health.salus.smart.TwoRecords.SECRET;
import static health.salus.smart.TwoRecords.anna;
import static health.salus.smart.TwoRecords.attachment;
import static health.salus.smart.TwoRecords.batch;
import static health.salus.smart.TwoRecords.binary;
import static health.salus.smart.TwoRecords.client;
import static health.salus.smart.TwoRecords.deletedObservation;
import static health.salus.smart.TwoRecords.escaped;
import static health.salus.smart.TwoRecords.foreignDocument;
import static health.salus.smart.TwoRecords.foreignObservation;
import static health.salus.smart.TwoRecords.ids;
import static health.salus.smart.TwoRecords.misfiledDocument;
import static health.salus.smart.TwoRecords.misfiledObservation;
import static health.salus.smart.TwoRecords.observation;
import static health.salus.smart.TwoRecords.ownDocument;
import static health.salus.smart.TwoRecords.ownObservation;
import static health.salus.smart.TwoRecords.performedByAnna;
import static health.salus.smart.TwoRecords.resources;
import static health.salus.smart.TwoRecords.staff;
import static org.assertj.core.api.Assertions.assertThat;

/** Attacks by an app with a good token for the record of one patient, which wants to learn about another. */
class PatientAccessIT {

    @Test
    void newWaysToAskShowNoOtherRecord() {
        assertThat(anna.get("/Observation?_filter=" + escaped("code eq " + SECRET))
                        .status())
                .isEqualTo(403);
        assertThat(anna.get("/Observation?encounter:below=anything").status()).isEqualTo(403);
        for (String query : List.of(
                "encounter:missing=true",
                "subject:missing=false",
                "date=ne1900,ap2020",
                "_content=hemoglobin",
                "subject:identifier=1,2",
                "_text=" + escaped("NOT nothing"))) {
            assertThat(ids(anna.search("/Observation?_count=1000&" + query)))
                    .as(query)
                    .doesNotContain(foreignObservation);
        }
        assertThat(anna.get("/Patient/bela/$everything?_type=Patient").status()).isEqualTo(404);
        assertThat(anna.search("/Patient?_content=Belason")).isEmpty();
        assertThat(anna.search("/DocumentReference/$docref?patient=bela&start=1900"))
                .isEmpty();
    }

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
}
