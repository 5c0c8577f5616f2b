-- Exports and imports that were asked for. A job is a row and its parts; a worker holds an advisory lock on it in its own
-- connection, so that a job is free again the moment a server dies, and goes on where the last committed part ended.
CREATE TABLE salus_bulk_job (
    id               uuid                     PRIMARY KEY,
    tenant_id        varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    -- Who has begun it and alone may see it: client and subject of the access token.
    client_id        varchar(255)             NOT NULL,
    caller           varchar(512)             NOT NULL,
    kind             varchar(8)               NOT NULL CHECK (kind IN ('EXPORT', 'IMPORT')),
    -- CANCELLED is what its client has deleted; the row goes when its files are gone.
    state            varchar(16)              NOT NULL CHECK (state IN
                         ('WAITING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    -- The address that was asked, which the manifest repeats, and what is to be done, as JSON. Both may name patients and
    -- values of searches, so they are in no log.
    request          text                     NOT NULL,
    parameters       text                     NOT NULL,
    transaction_time timestamp with time zone,
    -- Why it failed, in words for its client.
    problem          text,
    -- How often a worker has begun with it and not come further.
    attempts         integer                  NOT NULL DEFAULT 0,
    not_before       timestamp with time zone NOT NULL DEFAULT now(),
    created_at       timestamp with time zone NOT NULL DEFAULT now(),
    started_at       timestamp with time zone,
    finished_at      timestamp with time zone,
    expires_at       timestamp with time zone,
    -- When its client has asked last, to tell one that asks too often.
    polled_at        timestamp with time zone
);

-- The workers look here, and so does whoever counts the jobs of a client.
CREATE INDEX salus_bulk_job_open ON salus_bulk_job (created_at) WHERE state IN ('WAITING', 'RUNNING');

-- The sweep looks here.
CREATE INDEX salus_bulk_job_over ON salus_bulk_job (expires_at) WHERE state NOT IN ('WAITING', 'RUNNING');

-- What an export has to go through, one type after the other in the order of HAPI's numbers.
CREATE TABLE salus_bulk_part (
    job_id        uuid        NOT NULL REFERENCES salus_bulk_job (id) ON DELETE CASCADE,
    number        integer     NOT NULL,
    resource_type varchar(64) NOT NULL,
    section       varchar(8)  NOT NULL CHECK (section IN ('OUTPUT', 'DELETED')),
    -- The number (hfj_resource.res_id) of the last resource that is in a file.
    after_row     bigint      NOT NULL DEFAULT 0,
    done          boolean     NOT NULL DEFAULT false,
    -- How many resources a filter has kept out.
    withheld      bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, number)
);

-- The patients (hfj_resource.res_id) whose records an export is limited to.
CREATE TABLE salus_bulk_patient (
    job_id     uuid   NOT NULL REFERENCES salus_bulk_job (id) ON DELETE CASCADE,
    patient_row bigint NOT NULL,
    PRIMARY KEY (job_id, patient_row)
);

-- The finished files of a job. Without a foreign key to the blob, because it is no reason to keep it.
CREATE TABLE salus_bulk_file (
    job_id        uuid        NOT NULL REFERENCES salus_bulk_job (id) ON DELETE CASCADE,
    number        integer     NOT NULL,
    section       varchar(8)  NOT NULL CHECK (section IN ('OUTPUT', 'DELETED', 'ERROR')),
    resource_type varchar(64) NOT NULL,
    blob_id       uuid        NOT NULL,
    resources     bigint      NOT NULL,
    PRIMARY KEY (job_id, number)
);

-- The files that an import takes in, in the order in which that is done.
CREATE TABLE salus_bulk_input (
    job_id        uuid        NOT NULL REFERENCES salus_bulk_job (id) ON DELETE CASCADE,
    number        integer     NOT NULL,
    resource_type varchar(64) NOT NULL,
    -- As the client has named it.
    url           text        NOT NULL,
    blob_id       uuid,
    -- Whether the server has fetched it for this job alone, and deletes it with the job.
    fetched       boolean     NOT NULL DEFAULT false,
    -- Where the next line begins, in bytes, and how many lines there were before it. Written in the transaction that writes
    -- the resources of those lines, so each is written once.
    position      bigint      NOT NULL DEFAULT 0,
    lines         bigint      NOT NULL DEFAULT 0,
    done          boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (job_id, number)
);

-- Lines that name resources which were not there yet; they are tried again when all the others are in.
CREATE TABLE salus_bulk_waiting (
    job_id  uuid    NOT NULL,
    input   integer NOT NULL,
    line    bigint  NOT NULL,
    content bytea   NOT NULL,
    PRIMARY KEY (job_id, input, line),
    FOREIGN KEY (job_id, input) REFERENCES salus_bulk_input (job_id, number) ON DELETE CASCADE
);

-- Lines that were not taken, and why.
CREATE TABLE salus_bulk_problem (
    job_id  uuid    NOT NULL,
    input   integer NOT NULL,
    line    bigint  NOT NULL,
    problem text    NOT NULL,
    PRIMARY KEY (job_id, input, line),
    FOREIGN KEY (job_id, input) REFERENCES salus_bulk_input (job_id, number) ON DELETE CASCADE
);
