package health.salus.smart;

import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.web.csrf.CsrfToken;

import java.util.List;
import java.util.stream.Collectors;

import static health.salus.smart.Page.escape;

/**
 * The HTML of the consent page.
 *
 * @param scopes the scopes that the person decides about
 * @param state  what ties the decision to the question
 */
record ConsentForm(SmartClient app, RequestedLaunch launch, List<String> scopes, String state, CsrfToken csrf) {

    ConsentForm {
        scopes = List.copyOf(scopes);
    }

    /**
     * Returns the page.
     *
     * @param text  what the person has searched for, empty before
     * @param found the patients that were found by it
     */
    String html(String text, List<PatientDirectory.Choice> found) {
        String picker = launch.needsPick() ? searchForm(text, found) : "";
        boolean decidable = !launch.needsPick() || !found.isEmpty();
        return Page.of(app.name() + " asks for access", """
                <p>You are signed in as <strong>%s</strong>. %s</p>
                %s
                <form method="post" action="%s">
                %s%s%s
                <fieldset>
                <legend>What may <q>%s</q> do?</legend>
                %s
                </fieldset>
                %s
                <button name="%s" value="deny" formnovalidate>Allow nothing</button>
                </form>
                """.formatted(
                        escape(launch.user().username()),
                        about(),
                        picker,
                        AuthorizationServerConfiguration.AUTHORIZE,
                        Page.hidden(OAuth2ParameterNames.CLIENT_ID, app.id()),
                        Page.hidden(OAuth2ParameterNames.STATE, state),
                        patients(found),
                        escape(app.name()),
                        scopes.stream().map(ConsentForm::scope).collect(Collectors.joining("\n")),
                        decidable ? allowButton() : "",
                        ConsentPage.DECISION));
    }

    private String about() {
        if (launch.needsPick()) {
            return "First find the patient whom it is about.";
        }
        return launch.scopes().needsPatient() ? "It is about one record." : "";
    }

    private static String allowButton() {
        return "<button class=\"main\" name=\"%s\" value=\"%s\">Allow what is ticked</button>"
                .formatted(ConsentPage.DECISION, ConsentPage.ALLOW);
    }

    private static String scope(String scope) {
        return """
                <label class="choice"><input type="checkbox" name="scope" value="%1$s" checked>
                <span>%2$s <small>(%1$s)</small></span></label>""".formatted(escape(scope), escape(ScopeText.of(scope)));
    }

    private String searchForm(String text, List<PatientDirectory.Choice> found) {
        return """
                <form method="post" action="%s" role="search">
                %s%s
                <label for="text">Name, birth date (2001-02-03) or number of the patient</label><br>
                <input type="search" id="text" name="text" value="%s" autocomplete="off" required>
                <button>Search</button>
                <p class="note" role="status">%s</p>
                </form>
                """.formatted(
                        ConsentPage.PATH,
                        Page.hidden(OAuth2ParameterNames.STATE, state),
                        Page.hidden(csrf.getParameterName(), csrf.getToken()),
                        escape(text),
                        result(text, found.size()));
    }

    private static String result(String text, int found) {
        if (text.isBlank()) {
            return "";
        }
        return switch (found) {
            case 0 -> "Nobody was found.";
            case PatientDirectory.MOST -> "These are the first %d. Say more to find fewer.".formatted(found);
            default -> "";
        };
    }

    private static String patients(List<PatientDirectory.Choice> found) {
        return found.isEmpty()
                ? ""
                : found.stream()
                        .map(ConsentForm::patient)
                        .collect(Collectors.joining(
                                "\n", "<fieldset>\n<legend>Which patient?</legend>\n", "</fieldset>"));
    }

    private static String patient(PatientDirectory.Choice choice) {
        return """
                <label class="choice"><input type="radio" name="%s" value="%s" required>
                <span>%s <small>%s %s</small></span></label>""".formatted(
                        ConsentPage.PATIENT,
                        escape(choice.id()),
                        escape(choice.name().isBlank() ? "(no name)" : choice.name()),
                        escape(choice.birthDate()),
                        escape(choice.identifier()));
    }
}
