package health.salus.smart;

import health.salus.tenant.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Makes the user {@code admin} at the start if nobody administers the server yet; that person then makes the others. */
@Component
@ConditionalOnEmbeddedIssuer
class FirstAdministrator implements InitializingBean {

    private static final Logger log = LoggerFactory.getLogger(FirstAdministrator.class);
    private static final String NAME = "admin";

    private final Users users;
    private final PasswordEncoder passwords;
    private final SmartSettings settings;

    FirstAdministrator(Users users, PasswordEncoder passwords, SmartSettings settings) {
        this.users = users;
        this.passwords = passwords;
        this.settings = settings;
    }

    /** Refuses to start the server with a password that no person would be allowed. */
    @Override
    public void afterPropertiesSet() {
        String password = settings.auth().adminPassword();
        if (password == null || password.isBlank()) {
            return;
        }
        if (!Passwords.isAllowed(password)) {
            throw new IllegalStateException(
                    "salus.auth.admin-password has at least 12 characters and at most 72 bytes");
        }
        // Whoever sets a password has no use for the demo users, of whom one has the same name.
        users.removeDemo();
        boolean isNeeded =
                users.of(TenantId.DEFAULT).stream().noneMatch(it -> it.user().role() == Role.ADMIN && !it.disabled());
        SmartUser administrator = new SmartUser(NAME, Role.ADMIN, TenantId.DEFAULT, null, null);
        if (isNeeded && users.create(administrator, passwords.encode(password))) {
            log.info("Made the first administrator");
        }
    }
}
