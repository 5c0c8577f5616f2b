-- Two more things that can keep bytes from being read. UNSCANNED: they are complete, and wait for the scanner, which did not
-- answer when they came. INFECTED: it has found something in them; they stay as evidence, and nobody gets them.
ALTER TABLE salus_blob_object
    DROP CONSTRAINT salus_blob_object_state_check,
    ADD CONSTRAINT salus_blob_object_state_check CHECK (state IN
        ('PENDING', 'STORED', 'UNSCANNED', 'INFECTED', 'ARCHIVED', 'RESTORING', 'QUARANTINED', 'MISSING', 'CONDEMNED')),
    -- When a scanner has found nothing; empty for what came when there was none.
    ADD COLUMN scanned_at timestamp with time zone;

-- The jobs that scan late and that wait for restores look here; nearly nothing is in it.
CREATE INDEX salus_blob_object_waiting ON salus_blob_object (state)
    WHERE state IN ('UNSCANNED', 'RESTORING');

-- Copies from an archive that the store takes away again.
CREATE INDEX salus_blob_object_restored ON salus_blob_object (restored_until) WHERE restored_until IS NOT NULL;
