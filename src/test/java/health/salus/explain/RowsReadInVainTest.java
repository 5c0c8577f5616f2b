package health.salus.explain;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What the plans of PostgreSQL tell about indexes that are missing. */
class RowsReadInVainTest {

    @Test
    void aTableReadFromEndToEndIsNamedWithTheConditionAndTheRows() {
        assertThat(RowsReadInVain.in(List.of(
                        "Limit  (cost=0.00..35.50 rows=1 width=8) (actual time=9.1..9.1 rows=0 loops=1)",
                        "  ->  Seq Scan on hfj_spidx_string t0  (cost=0.00..35.50 rows=1 width=8) (actual rows=0 loops=1)",
                        "        Filter: ((sp_value_normalized)::text ~~ '%A%'::text)",
                        "        Rows Removed by Filter: 1500",
                        "        Buffers: shared hit=20",
                        "Execution Time: 9.2 ms")))
                .containsExactly("No index serves ((sp_value_normalized)::text ~~ '%A%'::text):"
                        + " 1500 rows of hfj_spidx_string were read in vain");
    }

    @Test
    void anIndexThatServesAnotherConditionOnlyIsTheSame() {
        assertThat(RowsReadInVain.in(List.of(
                        "Index Only Scan using idx_sp_string_hash_nrm_v2 on hfj_spidx_string t0  (cost=0.2..2.5 rows=1)",
                        "  Index Cond: ((hash_norm_prefix = '22'::bigint) AND (partition_id = 1))",
                        "  Filter: ((sp_value_normalized)::text ~~ '%A%'::text)",
                        "  Rows Removed by Filter: 1501")))
                .containsExactly("No index serves ((sp_value_normalized)::text ~~ '%A%'::text):"
                        + " 1501 rows of hfj_spidx_string were read in vain");
    }

    @Test
    void fewRowsAndRowsOfNoTableAreNoReason() {
        assertThat(RowsReadInVain.in(List.of(
                        "  ->  Seq Scan on hfj_resource t0  (cost=0.00..35.50 rows=1 width=8)",
                        "        Filter: (res_deleted_at IS NULL)",
                        "        Rows Removed by Filter: 999",
                        "  ->  HashAggregate  (cost=0.00..35.50 rows=1 width=8)",
                        "        Filter: (count(*) > 1)",
                        "        Rows Removed by Filter: 5000")))
                .isEmpty();
    }
}
