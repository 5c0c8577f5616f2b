package health.salus.scan;

import java.io.IOException;
import java.io.InputStream;

/** Scans with clamd, of which any number may stand behind one address. */
final class ClamdScanner implements ContentScanner {

    private final String host;
    private final ScanSettings settings;

    ClamdScanner(String host, ScanSettings settings) {
        this.host = host;
        this.settings = settings;
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public long maxSize() {
        return settings.maxSize().toBytes();
    }

    @Override
    public boolean servesUnseen(long size) {
        return settings.unseen() == ScanSettings.Unseen.SERVE
                || settings.larger() == ScanSettings.Larger.ACCEPT && size > maxSize();
    }

    @Override
    public WatchedInputStream watch(InputStream content) {
        return new Watched(content);
    }

    private final class Watched extends WatchedInputStream {

        private final InputStream content;
        private final ClamdSession session = ClamdSession.open(host, settings.clamdPort(), settings.timeout());
        private long size;

        Watched(InputStream content) {
            this.content = content;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = content.read(buffer, offset, length);
            if (count > 0) {
                size += count;
                scan(buffer, offset, count);
            }
            return count;
        }

        private void scan(byte[] buffer, int offset, int count) throws IOException {
            if (size <= settings.maxSize().toBytes()) {
                session.send(buffer, offset, count);
                return;
            }
            session.close();
            if (settings.larger() == ScanSettings.Larger.REFUSE) {
                throw new TooLargeToScanException(settings.maxSize().toBytes());
            }
        }

        @Override
        public ScanVerdict verdict() {
            return size > settings.maxSize().toBytes() ? ScanVerdict.TOO_LARGE : session.verdict();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
