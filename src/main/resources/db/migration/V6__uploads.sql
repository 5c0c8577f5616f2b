-- Files that clients put into the store themselves. A row is written before anything reaches the store, so whatever comes
-- there is known; it goes when the time of the upload is over, and what was staged with it.
CREATE TABLE salus_upload (
    id               uuid                     PRIMARY KEY,
    tenant_id        varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    -- Who has begun it and alone may complete it: client and subject of the access token.
    caller           varchar(512)             NOT NULL,
    staging_key      varchar(80)              NOT NULL UNIQUE,
    -- What the client has announced; anything else is not taken.
    content_type     varchar(255)             NOT NULL CHECK (content_type ~ '^[ -~]+$'),
    size             bigint                   NOT NULL CHECK (size >= 0),
    sha256           bytea                    NOT NULL CHECK (octet_length(sha256) = 32),
    security_context varchar(255),
    -- The store's name for an upload in parts.
    parts            text,
    created_at       timestamp with time zone NOT NULL DEFAULT now(),
    complete_before  timestamp with time zone NOT NULL,
    -- What became of it, written in the transaction that makes the Binary: so an upload is completed once. Without a foreign
    -- key, because it is no reason to keep the blob.
    blob_id          uuid
);

-- The sweep looks here.
CREATE INDEX salus_upload_complete_before ON salus_upload (complete_before);
