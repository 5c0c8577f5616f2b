package health.salus.hl7v2;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mllp.MllpAcknowledgementException;
import org.apache.camel.component.mllp.MllpConstants;
import org.apache.camel.impl.DefaultCamelContext;

import java.nio.charset.StandardCharsets;

/** One who sends a message on a connection that stays open, and waits for its answer. */
interface Sender extends AutoCloseable {

    /** Sends a message and returns the answer, with carriage returns. */
    String ask(String message) throws Exception;

    /** Libraries that senders are built with, and none. */
    enum Library {
        PLAIN_SOCKET {
            @Override
            Sender connect(int port) throws Exception {
                return new Plain(new MllpClient(port));
            }
        },
        HAPI_SIMPLE_CLIENT {
            @Override
            Sender connect(int port) throws Exception {
                return new Hapi(port);
            }
        },
        CAMEL_MLLP {
            @Override
            Sender connect(int port) {
                return new Camel(port);
            }
        };

        abstract Sender connect(int port) throws Exception;
    }

    /** A socket and nothing else. */
    record Plain(MllpClient client) implements Sender {

        @Override
        public String ask(String message) throws Exception {
            return client.ask(message);
        }

        @Override
        public void close() throws Exception {
            client.close();
        }
    }

    /** The client of hapi-hl7v2. */
    final class Hapi implements Sender {

        private final DefaultHapiContext context = new DefaultHapiContext();
        private final PipeParser parser = new PipeParser(new GenericModelClassFactory());
        private final Connection connection;

        Hapi(int port) throws HL7Exception {
            context.setValidationContext(ValidationContextFactory.noValidation());
            parser.setValidationContext(ValidationContextFactory.noValidation());
            connection = context.newClient("127.0.0.1", port, false);
        }

        @Override
        public String ask(String message) throws Exception {
            return connection
                    .getInitiator()
                    .sendAndReceive(parser.parse(message))
                    .encode();
        }

        @Override
        public void close() throws Exception {
            connection.close();
            context.close();
        }
    }

    /** The producer of camel-mllp. */
    final class Camel implements Sender {

        private final DefaultCamelContext context = new DefaultCamelContext();
        private final ProducerTemplate template;
        private final String endpoint;

        Camel(int port) {
            endpoint = "mllp://127.0.0.1:" + port + "?charsetName=UTF-8";
            context.start();
            template = context.createProducerTemplate();
        }

        @Override
        public String ask(String message) {
            Exchange exchange =
                    template.request(endpoint, it -> it.getIn().setBody(message.getBytes(StandardCharsets.UTF_8)));
            if (exchange.getException() instanceof MllpAcknowledgementException refused) {
                return new String(refused.getHl7AcknowledgementBytes(), StandardCharsets.UTF_8);
            }
            byte[] answer = exchange.getMessage().getHeader(MllpConstants.MLLP_ACKNOWLEDGEMENT, byte[].class);
            return answer == null
                    ? "no answer: " + exchange.getException()
                    : new String(answer, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            context.stop();
        }
    }
}
