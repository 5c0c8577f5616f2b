-- The text of every set of mappings that was ever in force on any server of this database, so that a message can be mapped
-- again by the very rules it was mapped by, whatever has become of the folder since.
CREATE TABLE salus_hl7v2_mapping (
    -- What salus_hl7v2_message.mapping_version names: it follows from the files, so a set that comes back is the same row.
    -- Messages from before this table name sets that are not here, hence no foreign key.
    version    text                     PRIMARY KEY,
    -- The text of each file by its path, as in {"tables/HL70085.csv": "v2,system,code,display\n..."}.
    files      jsonb                    NOT NULL,
    first_used timestamp with time zone NOT NULL DEFAULT now()
);

-- Local codes of tests that no concept map translates: the work list of whoever maps them. Counters, because a feed without
-- any concept map would otherwise add a row for every result.
CREATE TABLE salus_hl7v2_unmapped_code (
    tenant_id   varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    feed        text                     NOT NULL,
    -- FHIR's notation, cut to a length that the index can hold.
    system      text                     NOT NULL,
    code        text                     NOT NULL,
    name        text                     NOT NULL,
    occurrences bigint                   NOT NULL,
    first_seen  timestamp with time zone NOT NULL,
    last_seen   timestamp with time zone NOT NULL,
    -- The last message that had it. Its row may be deleted when it is old, so this is no foreign key.
    message_id  bigint                   NOT NULL,
    PRIMARY KEY (tenant_id, feed, system, code)
);

-- A message that is processed again must not be counted again.
ALTER TABLE salus_hl7v2_message ADD COLUMN codes_counted boolean NOT NULL DEFAULT false;
