package health.salus.smart;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What exists only while people sign in at another provider and this server issues the tokens. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnEmbeddedIssuer
@Conditional(ConditionalOnLoginProvider.ProviderIsSet.class)
@interface ConditionalOnLoginProvider {

    /** An empty value counts as none. */
    final class ProviderIsSet implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(context.getEnvironment().getProperty(LoginSettings.ISSUER));
        }
    }
}
