package health.salus.web;

import org.apache.catalina.connector.Connector;
import org.springframework.boot.web.embedded.tomcat.TomcatConnectorCustomizer;
import org.springframework.stereotype.Component;

/**
 * Gives the kernel more of an answer at once. With Tomcat's 8 kB a file costs the server twice the processor time; more than this
 * gains nothing. Each open connection has one such buffer, outside of the heap.
 */
@Component
class SocketBuffers implements TomcatConnectorCustomizer {

    private static final int BYTES = 32 * 1024;
    private static final String PROPERTY = "socket.appWriteBufSize";

    @Override
    public void customize(Connector connector) {
        if (!connector.setProperty(PROPERTY, Integer.toString(BYTES))) {
            throw new IllegalStateException("Tomcat's connector has no " + PROPERTY);
        }
    }
}
