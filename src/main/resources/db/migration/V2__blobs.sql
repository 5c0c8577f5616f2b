-- What lies in the blob store. A row is written as PENDING before its object and becomes STORED after it, so no object is
-- ever without a row; only STORED rows are shown to anybody. The object's key is not the id: the bytes may move to another
-- object (encrypted anew, another bucket) while the id, which clients know, stays.
CREATE TABLE salus_blob (
    id           uuid                     PRIMARY KEY,
    tenant_id    varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    object_key   varchar(80)              NOT NULL UNIQUE CHECK (object_key LIKE tenant_id || '/%'),
    state        varchar(16)              NOT NULL CHECK (state IN ('PENDING', 'STORED')),
    size         bigint                   NOT NULL CHECK (size >= 0),
    -- It goes out as a header, so nothing that could end the header line.
    content_type varchar(255)             NOT NULL CHECK (content_type ~ '^[ -~]+$'),
    sha256       bytea                    CHECK (octet_length(sha256) = 32),
    sha1         bytea                    CHECK (octet_length(sha1) = 20),
    created_at   timestamp with time zone NOT NULL DEFAULT now(),
    stored_at    timestamp with time zone,
    -- What a reference points to: a blob together with its tenant.
    UNIQUE (tenant_id, id),
    CHECK (state = 'PENDING' OR (sha256 IS NOT NULL AND sha1 IS NOT NULL AND stored_at IS NOT NULL))
);

-- Cleaning up asks for PENDING rows that are too old, and for STORED rows of some age that nothing refers to.
CREATE INDEX salus_blob_state_created ON salus_blob (state, created_at);

-- Which version of which resource holds which blob; written in the resource's own transaction. The tenant is part of the
-- foreign key, so a resource cannot hold another tenant's blob. Whoever deletes a blob must lock its row FOR UPDATE first:
-- that waits for references on their way in, which hold the row FOR KEY SHARE.
CREATE TABLE salus_blob_ref (
    tenant_id     varchar(32) NOT NULL,
    resource_type varchar(64) NOT NULL,
    resource_id   varchar(64) NOT NULL,
    version       bigint      NOT NULL CHECK (version > 0),
    blob_id       uuid        NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, resource_id, version, blob_id),
    FOREIGN KEY (tenant_id, blob_id) REFERENCES salus_blob (tenant_id, id)
);

-- The way back, from a blob to its owners: for the foreign key, and to see that a blob has none left.
CREATE INDEX salus_blob_ref_blob ON salus_blob_ref (tenant_id, blob_id);
