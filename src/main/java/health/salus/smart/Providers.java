package health.salus.smart;

import org.springframework.security.authentication.AuthenticationProvider;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Changes steps of Spring Authorization Server. Left to itself, a step that is not found would go on with looser rules. */
final class Providers {

    private Providers() {}

    static <T extends AuthenticationProvider> void configure(
            List<AuthenticationProvider> providers, Class<T> type, Consumer<T> change) {
        change.accept(type.cast(providers.get(indexOf(providers, type))));
    }

    static void wrap(
            List<AuthenticationProvider> providers,
            Class<? extends AuthenticationProvider> type,
            UnaryOperator<AuthenticationProvider> change) {
        int index = indexOf(providers, type);
        providers.set(index, change.apply(providers.get(index)));
    }

    private static int indexOf(List<AuthenticationProvider> providers, Class<? extends AuthenticationProvider> type) {
        for (int index = 0; index < providers.size(); index++) {
            if (type.isInstance(providers.get(index))) {
                return index;
            }
        }
        throw new IllegalStateException("Spring Authorization Server has no " + type.getSimpleName());
    }
}
