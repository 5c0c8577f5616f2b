-- Until now a blob was its object. Now several blobs of one tenant may share an object: equal bytes are kept once, while each
-- blob keeps a name, a content type and owners of its own, so that who may read one of them learns nothing of the others.
CREATE TABLE salus_blob_object (
    object_key    varchar(80)              PRIMARY KEY CHECK (object_key LIKE tenant_id || '/%'),
    tenant_id     varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    -- PENDING: the bytes are on their way. CONDEMNED: the sweep is deleting them; nobody may share the object any more.
    state         varchar(16)              NOT NULL CHECK (state IN
                      ('PENDING', 'STORED', 'ARCHIVED', 'RESTORING', 'QUARANTINED', 'MISSING', 'CONDEMNED')),
    -- Size and digests are those of the plain bytes; stored_size is what the store keeps and bills.
    size          bigint                   CHECK (size >= 0),
    sha256        bytea                    CHECK (octet_length(sha256) = 32),
    sha1          bytea                    CHECK (octet_length(sha1) = 20),
    encoding      varchar(16)              NOT NULL DEFAULT 'IDENTITY' CHECK (encoding IN ('IDENTITY', 'DEFLATE')),
    stored_size   bigint                   CHECK (stored_size >= 0),
    storage_class varchar(32)              NOT NULL DEFAULT 'STANDARD',
    created_at    timestamp with time zone NOT NULL DEFAULT now(),
    stored_at     timestamp with time zone,
    -- While RESTORING: when the bytes are expected. While STORED again after an archive: until when the copy stays.
    ready_at      timestamp with time zone,
    restored_until timestamp with time zone,
    UNIQUE (tenant_id, object_key),
    CHECK (state IN ('PENDING', 'CONDEMNED') OR (size IS NOT NULL AND sha256 IS NOT NULL AND sha1 IS NOT NULL
               AND stored_size IS NOT NULL AND stored_at IS NOT NULL))
);

INSERT INTO salus_blob_object (object_key, tenant_id, state, size, sha256, sha1, stored_size, created_at, stored_at)
    SELECT object_key, tenant_id, state, size, sha256, sha1, size, created_at, stored_at FROM salus_blob;

-- Whoever stores bytes looks here whether the tenant has them already.
CREATE INDEX salus_blob_object_content ON salus_blob_object (tenant_id, sha256) WHERE state = 'STORED';

-- The sweep looks here for objects that never arrived or are half deleted.
CREATE INDEX salus_blob_object_unfinished ON salus_blob_object (created_at) WHERE state IN ('PENDING', 'CONDEMNED');

-- A pending blob had no name yet that anybody knew; its object keeps the row that the sweep needs.
DELETE FROM salus_blob WHERE state = 'PENDING';

ALTER TABLE salus_blob
    DROP COLUMN state,
    DROP COLUMN size,
    DROP COLUMN sha256,
    DROP COLUMN sha1,
    DROP COLUMN stored_at,
    DROP CONSTRAINT salus_blob_object_key_key,
    ADD FOREIGN KEY (tenant_id, object_key) REFERENCES salus_blob_object (tenant_id, object_key),
    -- Since when perhaps no version of any resource holds the blob; empty as long as one surely does.
    ADD COLUMN unreferenced_since timestamp with time zone DEFAULT now(),
    ADD COLUMN read_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN last_read_at timestamp with time zone;

UPDATE salus_blob SET unreferenced_since = NULL
 WHERE EXISTS (SELECT FROM salus_blob_ref
                WHERE salus_blob_ref.tenant_id = salus_blob.tenant_id AND blob_id = salus_blob.id);

-- From an object to its blobs: for the foreign key, and to see that none is left.
CREATE INDEX salus_blob_object_key ON salus_blob (tenant_id, object_key);

-- The sweep looks here; what is held by a resource is not even in it.
CREATE INDEX salus_blob_unreferenced ON salus_blob (unreferenced_since) WHERE unreferenced_since IS NOT NULL;

-- When a reference goes, its blob may be free: the sweep finds out. Whether it was the last one cannot be said here, because
-- another transaction may be removing the other one.
CREATE FUNCTION salus_blob_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE salus_blob SET unreferenced_since = now()
     WHERE (tenant_id, id) IN (SELECT tenant_id, blob_id FROM released) AND unreferenced_since IS NULL;
    RETURN NULL;
END
$$;

CREATE TRIGGER salus_blob_released AFTER DELETE ON salus_blob_ref
    REFERENCING OLD TABLE AS released FOR EACH STATEMENT EXECUTE FUNCTION salus_blob_released();

-- What was asked of the store, summed up by day: the part of its bill that does not follow from what lies in it.
CREATE TABLE salus_blob_usage (
    tenant_id     varchar(32) NOT NULL REFERENCES salus_tenant (id),
    day           date        NOT NULL,
    operation     varchar(16) NOT NULL CHECK (operation IN ('WRITE', 'READ')),
    storage_class varchar(32) NOT NULL,
    requests      bigint      NOT NULL,
    bytes         bigint      NOT NULL,
    PRIMARY KEY (tenant_id, day, operation, storage_class)
);
