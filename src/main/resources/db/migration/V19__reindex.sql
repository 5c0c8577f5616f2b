-- Which resources have to be read again because a search parameter has changed, and how far that has come. A row is written in
-- the transaction that stores the parameter, and each step forward in the transaction that writes the index: whenever a server
-- is killed, the next one goes on behind the last step.
CREATE TABLE salus_reindex (
    -- The id of the SearchParameter.
    parameter_id    varchar(64)              PRIMARY KEY,
    -- Another number with each change of the parameter, so that every server sees that there was one.
    change          bigint                   NOT NULL,
    code            text                     NOT NULL,
    url             text                     NOT NULL,
    -- The resource types that can be searched by it once it is indexed; none if it is not in use any more.
    bases           text[]                   NOT NULL,
    -- The resource types that are read again: those, and the ones that had it before.
    types           text[]                   NOT NULL,
    state           varchar(16)              NOT NULL DEFAULT 'WAITING' CHECK (state IN
                        ('WAITING', 'RUNNING', 'FINISHED', 'FAILED')),
    -- The partition and the number (hfj_resource.res_id) of the last resource that was read.
    after_partition integer                  NOT NULL DEFAULT -1,
    after_row       bigint                   NOT NULL DEFAULT 0,
    -- How many resources there were when it began; how many were read, and how many of those could not be indexed.
    resources       bigint,
    done            bigint                   NOT NULL DEFAULT 0,
    failed          bigint                   NOT NULL DEFAULT 0,
    asked_at        timestamp with time zone NOT NULL DEFAULT now(),
    -- When a server has seen it first, after it was committed.
    seen_at         timestamp with time zone,
    started_at      timestamp with time zone,
    finished_at     timestamp with time zone
);

CREATE SEQUENCE salus_reindex_change;
