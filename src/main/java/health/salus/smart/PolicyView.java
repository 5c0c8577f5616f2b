package health.salus.smart;

import health.salus.tenant.AccessPolicy;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a tenant has decided about who sees what, as JSON.
 *
 * @param practitioners    whom practitioners see: {@code all} patients, or those {@code assigned} to them
 * @param consent          what counts where a patient has said nothing: {@code permit} or {@code deny}
 * @param emergency        whether an emergency opens a record {@code despite-consent} or {@code within-consent}
 * @param restrictedLabels security labels that take a clearance beside R and V, each as {@code system|code}
 */
record PolicyView(
        @Nullable String practitioners,
        @Nullable String consent,
        @Nullable String emergency,
        @Nullable List<String> restrictedLabels) {

    private static final Pattern LABEL = Pattern.compile("[^\\s|]{1,200}\\|[^\\s|]{1,100}");
    private static final int MOST_LABELS = 100;

    static PolicyView of(AccessPolicy policy) {
        return new PolicyView(
                policy.assignedOnly() ? "assigned" : "all",
                policy.deniedUnlessPermitted() ? "deny" : "permit",
                policy.emergencyDespiteConsent() ? "despite-consent" : "within-consent",
                policy.restrictedLabels());
    }

    /** Returns the policy, or answers 400. What is left out is as in a new tenant. */
    AccessPolicy checked() {
        List<String> labels = Optional.ofNullable(restrictedLabels).orElse(List.of());
        if (labels.size() > MOST_LABELS
                || !labels.stream()
                        .allMatch(it -> it != null && LABEL.matcher(it).matches())) {
            throw Administration.badRequest("restrictedLabels has at most 100 labels, each as system|code");
        }
        return new AccessPolicy(
                isSecond("practitioners", practitioners, "all", "assigned"),
                isSecond("consent", consent, "permit", "deny"),
                !isSecond("emergency", emergency, "despite-consent", "within-consent"),
                labels);
    }

    private static boolean isSecond(String name, @Nullable String word, String first, String second) {
        if (word != null && !word.equals(first) && !word.equals(second)) {
            throw Administration.badRequest(name + " is " + first + " or " + second);
        }
        return second.equals(word);
    }
}
