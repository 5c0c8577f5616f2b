package health.salus.fhir;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** How {@code $lastn} groups, https://hl7.org/fhir/R4/observation-operation-lastn.html: the table of the specification first. */
class ObservationGroupsTest {

    @Test
    void codesThatDifferAreGroupsOfTheirOwn() {
        assertThat(groups(of(1, 10, "a"), of(2, 20, "b"), of(3, 30, "c"))).containsExactly(row(3), row(2), row(1));
    }

    @Test
    void observationsWithACodeInCommonAreOneGroup() {
        assertThat(groups(of(1, 10, "a"), of(2, 20, "b"), of(3, 30, "a", "c")))
                .containsExactly(List.of(3L, 1L), row(2));
    }

    @Test
    void codesThatAThirdObservationEquatesAreOneGroup() {
        assertThat(groups(of(1, 10, "a"), of(2, 20, "b"), of(3, 30, "a", "b"))).containsExactly(List.of(3L, 2L, 1L));
        assertThat(groups(
                        of(1, 10, "a", "b"),
                        of(2, 20, "c", "d"),
                        of(3, 30, "e", "f"),
                        of(4, 40, "b", "c"),
                        of(5, 50, "f", "a")))
                .containsExactly(List.of(5L, 4L, 3L, 2L, 1L));
    }

    @Test
    void textsAreComparedAsTheyAre() {
        assertThat(groups(of(1, 10, "textM"), of(2, 20, "Text"), of(3, 30, "t e x t")))
                .hasSize(3);
    }

    @Test
    void theLatestOfEachGroupCountAndTiesWithTheLastOfThem() {
        ObservationGroups groups = ObservationGroups.of(
                List.of(of(1, 10, "a"), of(2, 20, "a"), of(3, 20, "a"), of(4, 30, "a"), of(5, 5, "b")));

        assertThat(groups.latest(1)).containsExactly(4L, 5L);
        assertThat(groups.latest(2)).containsExactly(4L, 3L, 2L, 5L);
        assertThat(groups.latest(3)).containsExactly(4L, 3L, 2L, 5L);
        assertThat(groups.latest(9)).containsExactly(4L, 3L, 2L, 1L, 5L);
    }

    @Test
    void whatHasNoTimeComesLastAndIsNoTie() {
        ObservationGroups groups = ObservationGroups.of(List.of(of(1, -1, "a"), of(2, -1, "a"), of(3, 10, "a")));

        assertThat(groups.latest(1)).containsExactly(3L);
        assertThat(groups.latest(2)).containsExactly(3L, 2L);
    }

    private static List<List<Long>> groups(ObservationFacts... observations) {
        return ObservationGroups.of(Arrays.asList(observations)).groups().stream()
                .map(group -> group.stream().map(ObservationFacts::row).toList())
                .toList();
    }

    private static List<Long> row(long row) {
        return List.of(row);
    }

    private static ObservationFacts of(long row, long time, String... codes) {
        return new ObservationFacts(row, Set.of(codes), time < 0 ? null : Instant.ofEpochMilli(time));
    }
}
