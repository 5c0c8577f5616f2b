package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.Optional;

/**
 * Answers {@code GET} and {@code HEAD} of {@code Binary/{id}} with the bytes themselves, streamed from the blob store.
 *
 * <p>It runs before HAPI's own read, which would hold the whole content in memory, and leaves to HAPI what is not in the
 * blob store.
 */
@Interceptor
@Component
class BinaryReadInterceptor {

    /** After the caller has been made known to the request, so that reading the owner is authorized as that caller. */
    private static final int AFTER_AUTHENTICATION = 1000;

    private final BinaryAccess access;
    private final BinaryResponse response;

    BinaryReadInterceptor(BinaryAccess access, BinaryResponse response) {
        this.access = access;
        this.response = response;
    }

    /** Returns false if the answer has been given, so that HAPI does not go on. */
    @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = AFTER_AUTHENTICATION)
    public boolean onRead(ServletRequestDetails request) throws IOException {
        if (!"Binary".equals(request.getResourceName()) || !isRead(request.getRestOperationType())) {
            return true;
        }
        Optional<ReadableBinary> binary = access.find(request);
        if (binary.isPresent()) {
            response.write(binary.get(), request);
        }
        // HAPI says of an id that may not be seen just what it says of one that does not exist.
        return binary.isEmpty();
    }

    private static boolean isRead(RestOperationTypeEnum operation) {
        return operation == RestOperationTypeEnum.READ || operation == RestOperationTypeEnum.VREAD;
    }
}
