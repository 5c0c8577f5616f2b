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

-- Keys with which the objects of a tenant are encrypted before they reach the store. They lie here wrapped: only who has the
-- master key, which is in no database, can use them. A key stays as long as there is an object that needs it.
CREATE TABLE salus_blob_key (
    id         uuid                     PRIMARY KEY,
    tenant_id  varchar(32)              NOT NULL UNIQUE REFERENCES salus_tenant (id),
    -- The name of the master key, and what it has made: nonce, ciphertext and tag (AES-256-GCM).
    master_key varchar(64)              NOT NULL,
    wrapped    bytea                    NOT NULL CHECK (octet_length(wrapped) = 60),
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id)
);

-- Empty for an object that lies in the store as it is. Size and digests are those of the plain bytes in any case.
ALTER TABLE salus_blob_object
    ADD COLUMN key_id uuid,
    ADD FOREIGN KEY (tenant_id, key_id) REFERENCES salus_blob_key (tenant_id, id);
