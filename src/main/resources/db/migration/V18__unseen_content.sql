-- What came before there was a scanner is scanned once there is one. A server that begins with an object sets this time, until
-- which no other takes it; if nothing came of it, or the server died, it is tried again then.
ALTER TABLE salus_blob_object ADD COLUMN scan_after timestamp with time zone;

-- The scan of such objects looks here, the newest first; each one leaves it when it is scanned.
CREATE INDEX salus_blob_object_unseen ON salus_blob_object (stored_at) WHERE state = 'STORED' AND scanned_at IS NULL;
