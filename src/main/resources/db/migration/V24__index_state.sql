-- By what the resources of all tenants are indexed: the search parameters that a server brings along, and how index rows are
-- made. A server of another version finds here what it has to index again; see salus_reindex, parameter_id '_shipped'.
CREATE TABLE salus_index_state (
    -- There is one row.
    only_row        boolean  PRIMARY KEY DEFAULT true CHECK (only_row),
    -- A number that counts the ways of making index rows.
    index_rows      integer  NOT NULL,
    -- A digest of the definition of each search parameter, by "Patient.birthdate".
    parameters      jsonb    NOT NULL,
    -- The same of the server for which everything is being indexed again; null when that is done.
    next_index_rows integer,
    next_parameters jsonb
);
