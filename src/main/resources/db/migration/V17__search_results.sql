-- What a search with several pages has found, so that its pages neither overlap nor miss, whatever is written in between.
-- A row for each search instead of one for each match. Unlogged: it costs no write to the log, and what a crash takes away
-- is a search that can be made again.
CREATE UNLOGGED TABLE salus_search (
    -- Names the search in its links. Its end says whose it is.
    id            varchar(48)              PRIMARY KEY,
    partition_id  integer                  NOT NULL,
    resource_type varchar(40)              NOT NULL,
    -- Numbers of the matches (hfj_resource.res_id), in their order.
    matches       bigint[]                 NOT NULL,
    made_at       timestamp with time zone NOT NULL DEFAULT now()
);

CREATE INDEX salus_search_made_at ON salus_search (made_at);
