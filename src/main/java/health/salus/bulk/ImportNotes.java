package health.salus.bulk;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.UUID;

/** Lines of imports that wait, {@code salus_bulk_waiting}, and that were not taken, {@code salus_bulk_problem}. */
@Component
class ImportNotes {

    private static final int LONGEST_PROBLEM = 2000;

    private final JdbcClient database;

    ImportNotes(JdbcClient database) {
        this.database = database;
    }

    /** Lets a line wait until the others are in, in the caller's transaction. */
    void await(UUID job, ImportLine line) {
        database.sql("""
                        INSERT INTO salus_bulk_waiting (job_id, input, line, content)
                        VALUES (:job, :input, :line, :content) ON CONFLICT DO NOTHING
                        """)
                .param("job", job)
                .param("input", line.input())
                .param("line", line.number())
                .param("content", line.content())
                .update();
    }

    /** Some of the lines that wait, in their order, behind this one. */
    List<ImportLine> waiting(UUID job, int afterInput, long afterLine, int most) {
        return database.sql("""
                        SELECT input, line, content FROM salus_bulk_waiting
                         WHERE job_id = :job AND (input, line) > (:input, :line) ORDER BY input, line LIMIT :most
                        """)
                .param("job", job)
                .param("input", afterInput)
                .param("line", afterLine)
                .param("most", most)
                .query((row, index) -> new ImportLine(
                        row.getInt("input"), row.getBytes("content"), false, new ImportPlace(0, row.getLong("line"))))
                .list();
    }

    long waiting(UUID job) {
        return database.sql("SELECT count(*) FROM salus_bulk_waiting WHERE job_id = :job")
                .param("job", job)
                .query(Long.class)
                .single();
    }

    /** Forgets that a line waits, in the caller's transaction; false if it does not. */
    boolean settle(UUID job, ImportLine line) {
        return database.sql("DELETE FROM salus_bulk_waiting WHERE job_id = :job AND input = :input AND line = :line")
                        .param("job", job)
                        .param("input", line.input())
                        .param("line", line.number())
                        .update()
                == 1;
    }

    /** Notes why a line was not taken, in the caller's transaction. */
    void refuse(UUID job, ImportLine line, String problem) {
        database.sql("""
                        INSERT INTO salus_bulk_problem (job_id, input, line, problem)
                        VALUES (:job, :input, :line, :problem) ON CONFLICT DO NOTHING
                        """)
                .param("job", job)
                .param("input", line.input())
                .param("line", line.number())
                .param(
                        "problem",
                        problem.substring(0, Math.min(problem.length(), LONGEST_PROBLEM))
                                .replace('\0', ' '))
                .update();
    }

    /** How many lines of an input were not taken. */
    long problems(UUID job, int input) {
        return database.sql("SELECT count(*) FROM salus_bulk_problem WHERE job_id = :job AND input = :input")
                .param("job", job)
                .param("input", input)
                .query(Long.class)
                .single();
    }

    /** The lines of an input that were not taken, behind this one, in their order. */
    List<Problem> problems(UUID job, int input, long afterLine, int most) {
        return database.sql("""
                        SELECT line, problem FROM salus_bulk_problem
                         WHERE job_id = :job AND input = :input AND line > :line ORDER BY line LIMIT :most
                        """)
                .param("job", job)
                .param("input", input)
                .param("line", afterLine)
                .param("most", most)
                .query((row, index) -> new Problem(row.getLong("line"), row.getString("problem")))
                .list();
    }

    /** @param line number of the line, from 1 */
    record Problem(long line, String text) {}
}
