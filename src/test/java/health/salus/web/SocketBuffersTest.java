package health.salus.web;

import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SocketBuffersTest {

    @Test
    void answersLeaveInLargePieces() {
        Connector connector = new Connector();

        new SocketBuffers().customize(connector);

        assertThat(connector.getProperty("socket.appWriteBufSize")).hasToString("32768");
    }
}
