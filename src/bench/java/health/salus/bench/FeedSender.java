package health.salus.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends results of ten values each, one after the other on each connection, as laboratories do. */
final class FeedSender {

    private static final int PATIENTS = 500;

    private FeedSender() {}

    /** Sends for a while and returns how long each answer took. */
    static LoadDriver.Result send(int port, int connections, Duration time, String turn) throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ThreadLocal<Socket> sockets = new ThreadLocal<>();
        return LoadDriver.run(connections, time, random -> {
            if (sockets.get() == null) {
                sockets.set(new Socket("127.0.0.1", port));
                sockets.get().setTcpNoDelay(true);
            }
            ask(sockets.get(), message(turn + "-" + number.incrementAndGet(), random));
        });
    }

    private static void ask(Socket socket, String message) throws IOException {
        socket.getOutputStream().write(("\u000B" + message + "\u001C\r").getBytes(StandardCharsets.UTF_8));
        InputStream input = new BufferedInputStream(socket.getInputStream());
        StringBuilder answer = new StringBuilder();
        for (int read = input.read(); read != 0x1C; read = input.read()) {
            if (read < 0) {
                throw new IOException("The server hung up");
            }
            answer.append((char) read);
        }
        input.read();
        if (!answer.toString().contains("MSA|AA|")) {
            throw new IOException("Not accepted: " + answer);
        }
    }

    private static String message(String id, Random random) {
        StringBuilder message = new StringBuilder("MSH|^~\\&|LABSYS|CITYLAB|SALUS|CITYHOSPITAL|20260301103015||ORU^R01^ORU_R01|"
                + id + "|P|2.5.1||||||UNICODE UTF-8\rPID|1||B" + random.nextInt(PATIENTS)
                + "^^^CITYHOSPITAL^MR||Muster^Max||19600101|M\rOBR|1|PL-" + id + "|CL-" + id
                + "|CHEM^Chemistry^L|||20260301083000||||||||||||||||||F\r");
        for (int result = 1; result <= 10; result++) {
            message.append("OBX|").append(result).append("|NM|T").append(result).append("^Test ").append(result)
                    .append("^L||").append(random.nextInt(1000) / 10.0).append("|mmol/L|3.5-5.1|N|||F\r");
        }
        return message.toString();
    }
}
