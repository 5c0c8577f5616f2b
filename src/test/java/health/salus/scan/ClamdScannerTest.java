package health.salus.scan;

import health.salus.scan.ScanVerdict.Result;
import health.salus.testing.Clamd;
import health.salus.testing.Clamd.Manner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The protocol of clamd on a real socket, and all that can go wrong with the other side. */
@Timeout(30)
class ClamdScannerTest {

    private static final byte[] EICAR = Clamd.EICAR.getBytes(StandardCharsets.US_ASCII);

    private final Clamd clamd = new Clamd();
    private final ContentScanner scanner = Scanners.clamd(clamd.port(), Map.of("salus.scan.timeout", "500ms"));

    @AfterEach
    void stop() {
        clamd.close();
    }

    @Test
    void contentIsScannedWholeWhileItIsRead() throws IOException {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);

        assertThat(verdict(scanner, content)).isEqualTo(ScanVerdict.CLEAN);
        assertThat(clamd.scanned()).containsExactly(content);
    }

    @Test
    void emptyContentIsClean() throws IOException {
        assertThat(verdict(scanner, new byte[0]).result()).isEqualTo(Result.CLEAN);
    }

    @Test
    void findingHasItsName() throws IOException {
        assertThat(verdict(scanner, EICAR)).isEqualTo(ScanVerdict.infected("Win.Test.EICAR_HDB-1"));
    }

    @Test
    void scannerThatIsDownSaysNothingAndStopsNobody() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        ContentScanner down = Scanners.clamd(nobody, Map.of());

        assertThat(verdict(down, EICAR).result()).isEqualTo(Result.UNKNOWN);
    }

    @Test
    void scannerThatHangsUpSaysNothing() throws IOException {
        clamd.behave(Manner.HANG_UP);

        assertThat(verdict(scanner, EICAR).result()).isEqualTo(Result.UNKNOWN);
        assertThat(verdict(scanner, new byte[1_000_000]).result()).isEqualTo(Result.UNKNOWN);
    }

    @Test
    void scannerThatNeverAnswersIsWaitedForForALimitedTime() throws IOException {
        clamd.behave(Manner.SAY_NOTHING);

        assertThat(verdict(scanner, EICAR).detail()).contains("Timeout");
    }

    @Test
    void scannerThatNeverReadsDoesNotHoldUpTheContent() throws IOException {
        clamd.behave(Manner.READ_NOTHING);

        assertThat(verdict(scanner, new byte[20_000_000]).detail()).contains("Timeout");
    }

    @Test
    void limitOfTheScannerIsToldInItsWords() throws IOException {
        clamd.behave(Manner.LIMIT);

        ScanVerdict verdict = verdict(scanner, new byte[5_000_000]);

        assertThat(verdict.result()).isEqualTo(Result.UNKNOWN);
        assertThat(clamd.scanned()).isEmpty();
    }

    @Test
    void contentThatIsTooLargeIsRefusedWhileItIsRead() {
        ContentScanner small = Scanners.clamd(clamd.port(), Map.of("salus.scan.max-size", "10KB"));

        assertThatExceptionOfType(TooLargeToScanException.class)
                .isThrownBy(() -> verdict(small, new byte[10 * 1024 + 1]))
                .withMessageContaining("salus.scan.max-size");
    }

    @Test
    void contentThatIsTooLargeIsTakenUnseenIfTheOperatorSaysSo() throws IOException {
        ContentScanner small =
                Scanners.clamd(clamd.port(), Map.of("salus.scan.max-size", "10KB", "salus.scan.larger", "accept"));

        assertThat(verdict(small, new byte[10 * 1024]).result()).isEqualTo(Result.CLEAN);
        assertThat(verdict(small, new byte[10 * 1024 + 1])).isEqualTo(ScanVerdict.TOO_LARGE);
    }

    @Test
    void withoutAHostNothingIsScanned() throws IOException {
        ContentScanner none = Scanners.none();

        assertThat(none.isOn()).isFalse();
        assertThat(verdict(none, EICAR)).isEqualTo(ScanVerdict.NO_SCANNER);
    }

    private static ScanVerdict verdict(ContentScanner scanner, byte[] content) throws IOException {
        try (WatchedInputStream watched = scanner.watch(new ByteArrayInputStream(content))) {
            watched.transferTo(OutputStream.nullOutputStream());
            return watched.verdict();
        }
    }
}
