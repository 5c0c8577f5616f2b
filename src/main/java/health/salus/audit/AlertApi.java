package health.salus.audit;

import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;
import java.util.UUID;

/** Alerts for the administrators of a tenant; those about the server itself go to the default tenant's. */
@RestController
@RequestMapping("/api/alerts")
@AllowedTo(Role.ADMIN)
class AlertApi {

    private final Alerts alerts;

    AlertApi(Alerts alerts) {
        this.alerts = alerts;
    }

    /** Lists alerts, the newest first, at most 500; only those that nobody has acknowledged with {@code open=true}. */
    @GetMapping
    List<Alert> list(
            @AuthenticationPrincipal SmartPrincipal caller,
            @RequestParam(name = "open", defaultValue = "false") boolean open) {
        return alerts.find(caller.tenant().value(), open);
    }

    /** Takes note of an alert and returns it; 404 if the tenant has no such alert. */
    @PostMapping("/{id}/acknowledge")
    Alert acknowledge(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable UUID id) {
        return alerts.acknowledge(caller.tenant().value(), id, caller.subject())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
