package health.salus.smart;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares who may call a web handler, a class of them or a single method; the method counts first.
 *
 * <p>A handler without it is called by nobody. The address must be open in the security configuration as well.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface AllowedTo {

    /** The roles of which a caller must have one. */
    Role[] value() default {};

    /** Whether everybody may, also without an access token; then no roles are given. */
    boolean everybody() default false;
}
