/** What Keycloak loads from its folder {@code providers}, in a jar of its own; nothing of it runs in this server. */
@NullMarked
package health.salus.keycloak.mapper;

import org.jspecify.annotations.NullMarked;
