package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.ScanVerdict;
import health.salus.scan.WatchedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.OutputStream;

/** Reads an object that lies in the store for the scanner, decrypted, and notes what the scanner says. */
@Component
class LateScan {

    /** How many times in a row nothing may come of it: a scanner that is down need not be asked for every object. */
    static final int PATIENCE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(LateScan.class);

    private final ScanRows rows;
    private final BlobCatalog catalog;
    private final ObjectReader reader;
    private final ContentScanner scanner;
    private final BlobUsage usage;

    LateScan(ScanRows rows, BlobCatalog catalog, ObjectReader reader, ContentScanner scanner, BlobUsage usage) {
        this.rows = rows;
        this.catalog = catalog;
        this.reader = reader;
        this.scanner = scanner;
        this.usage = usage;
    }

    boolean isOn() {
        return scanner.isOn();
    }

    long maxSize() {
        return scanner.maxSize();
    }

    /** Returns whether the store and the scanner could say anything; both may be asked for the next object then. */
    boolean scan(StoredObject object) {
        try {
            return decide(object, verdict(object));
        } catch (BlobArchivedException e) {
            // It is scanned when somebody has had it restored, for which the hospital pays.
            catalog.archive(object.key());
            return true;
        } catch (BlobNotFoundException e) {
            LOG.warn("Object {} is not in the store and cannot be scanned", object.key());
            return true;
        } catch (IOException | BlobStoreUnavailableException e) {
            LOG.warn("Object {} could not be read for a scan", object.key(), e);
            return false;
        }
    }

    private ScanVerdict verdict(StoredObject object) throws IOException {
        try (var content = reader.open(object);
                WatchedInputStream watched = scanner.watch(content)) {
            usage.readForScan(object);
            watched.transferTo(OutputStream.nullOutputStream());
            return watched.verdict();
        }
    }

    private boolean decide(StoredObject object, ScanVerdict verdict) {
        switch (verdict.result()) {
            case CLEAN -> rows.release(object.key(), true);
            case SKIPPED -> rows.release(object.key(), false);
            case INFECTED -> {
                LOG.error("Object {} is infected by {}; nobody gets it", object.key(), verdict.detail());
                catalog.infect(object);
            }
            case UNKNOWN -> {
                LOG.warn("Object {} still waits for its scan: {}", object.key(), verdict.detail());
                return false;
            }
        }
        return true;
    }
}
