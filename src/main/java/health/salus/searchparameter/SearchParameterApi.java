package health.salus.searchparameter;

import com.fasterxml.jackson.annotation.JsonInclude;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * {@code /api/search-parameters}: how far the resources of all tenants are indexed by a search parameter that was stored, for
 * those who may store it, administrators of the default tenant.
 */
@RestController
@RequestMapping("/api/search-parameters")
@AllowedTo(Role.ADMIN)
class SearchParameterApi {

    private final Reindexes reindexes;

    SearchParameterApi(Reindexes reindexes) {
        this.reindexes = reindexes;
    }

    /**
     * Returns how far the last change of a search parameter is.
     *
     * @param id of the SearchParameter; 404 if there is none or nothing has ever had to be read again because of it
     */
    @GetMapping("/{id}/reindex")
    View reindex(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        return find(caller, id, "Nothing has been indexed because of a search parameter of this id");
    }

    /** Returns how far the indexing after the last upgrade is; 404 if no upgrade has ever made it necessary. */
    @GetMapping("/reindex")
    View afterUpgrade(@AuthenticationPrincipal SmartPrincipal caller) {
        return find(caller, ShippedIndex.ID, "Nothing has been indexed because of an upgrade");
    }

    private View find(SmartPrincipal caller, String id, String nothing) {
        if (!caller.tenant().equals(TenantId.DEFAULT)) {
            throw new ResponseStatusException(
                    HttpStatus.FORBIDDEN, "Search parameters are for administrators of the tenant 'default'");
        }
        return reindexes
                .find(id)
                .map(View::of)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, nothing));
    }

    /**
     * A reindex as JSON.
     *
     * @param code       the name of the parameter in searches; left out after an upgrade, which is about several
     * @param types      the resource types that are read
     * @param state      one of {@link Reindex.State}, in small letters
     * @param resources  how many resources there were when it began; left out before
     * @param done       how many were read
     * @param failed     how many of these could not be indexed
     * @param askedAt    when the search parameter was changed
     * @param startedAt  when the first resource was read; left out before
     * @param finishedAt when the last one was; left out before
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            @Nullable String code,
            List<String> types,
            String state,
            @Nullable Long resources,
            long done,
            long failed,
            Instant askedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {

        static View of(Reindex reindex) {
            return new View(
                    reindex.code().isEmpty() ? null : reindex.code(),
                    reindex.types().stream().sorted().toList(),
                    reindex.state().name().toLowerCase(Locale.ROOT),
                    reindex.resources(),
                    reindex.done(),
                    reindex.failed(),
                    reindex.askedAt(),
                    reindex.startedAt(),
                    reindex.finishedAt());
        }
    }
}
