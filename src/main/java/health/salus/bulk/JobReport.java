package health.salus.bulk;

import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.springframework.stereotype.Component;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Words what is known of a job for its client.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status">Bulk Data Access 2.0, manifest</a>
 */
@Component
class JobReport {

    private static final int FILES_OF_A_PAGE = 1000;

    private final BulkFiles files;
    private final ImportInputs inputs;
    private final ObjectMapper json;

    JobReport(BulkFiles files, ImportInputs inputs, ObjectMapper json) {
        this.files = files;
        this.inputs = inputs;
        this.json = json;
    }

    /** At most 100 characters. */
    String progress(BulkJob job) {
        if (job.state() == BulkJob.State.WAITING) {
            return "waiting for its turn";
        }
        return job.kind() == BulkJob.Kind.EXPORT
                ? files.resources(job.id()) + " resources so far"
                : inputs.lines(job.id()) + " lines so far";
    }

    /**
     * Makes a page of the manifest.
     *
     * @param page from 1; 404 if there are not so many
     * @param base the FHIR base of the tenant without a slash at its end
     */
    byte[] manifest(BulkJob job, int page, String base) {
        List<BulkFile> found = files.list(job.id(), (page - 1) * FILES_OF_A_PAGE, FILES_OF_A_PAGE + 1);
        if (page > 1 && found.isEmpty()) {
            throw new ResourceNotFoundException("The manifest has no such page");
        }
        ObjectNode manifest = json.createObjectNode();
        manifest.put(
                "transactionTime",
                job.transactionTime()
                        .orElseThrow()
                        .truncatedTo(ChronoUnit.MILLIS)
                        .toString());
        manifest.put("request", job.request());
        manifest.put("requiresAccessToken", true);
        for (BulkFile.Section section : BulkFile.Section.values()) {
            manifest.set(section.name().toLowerCase(Locale.ROOT), section(section, found, job, base));
        }
        if (found.size() > FILES_OF_A_PAGE) {
            manifest.putArray("link")
                    .addObject()
                    .put("relation", "next")
                    .put("url", base + "/" + JobOperations.STATUS + "?job=" + job.id() + "&page=" + (page + 1));
        }
        try {
            return json.writeValueAsBytes(manifest);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ArrayNode section(BulkFile.Section section, List<BulkFile> found, BulkJob job, String base) {
        ArrayNode list = json.createArrayNode();
        found.stream()
                .limit(FILES_OF_A_PAGE)
                .filter(file -> file.section() == section)
                .forEach(file -> list.addObject()
                        .put("type", file.type())
                        .put("url", base + "/" + JobOperations.FILE + "?job=" + job.id() + "&file=" + file.number())
                        .put("count", file.resources()));
        return list;
    }
}
