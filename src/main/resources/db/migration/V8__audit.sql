-- What happened, one row for each request, message, login and command, in the order in which it was written. The content is
-- what counts; the columns beside it only make it findable and are compared with it by `audit verify`. No foreign keys: what
-- happened stays true when a tenant or a resource is gone.
CREATE TABLE salus_audit_event (
    -- Counted by the servers without gaps. Two servers cannot both write the next row, so the chain cannot fork.
    seq         bigint                   PRIMARY KEY CHECK (seq > 0),
    tenant_id   varchar(32),
    recorded_at timestamp with time zone NOT NULL,
    outcome     smallint                 NOT NULL,
    -- agent:…, entity:…, patient:…
    terms       text[]                   NOT NULL,
    content     text                     NOT NULL,
    -- SHA-256 over the hash of the row before, the number and the content.
    hash        bytea                    NOT NULL CHECK (octet_length(hash) = 32),
    -- HMAC of the hash under a key that lies outside the database: who can only write here cannot make a row.
    seal        bytea                    NOT NULL CHECK (octet_length(seal) = 32),
    key_id      varchar(16)              NOT NULL
);

CREATE INDEX salus_audit_event_terms ON salus_audit_event USING gin (terms);
-- Rows come in the order of time, so a summary of each range of pages finds a day and costs a write next to nothing.
CREATE INDEX salus_audit_event_recorded ON salus_audit_event USING brin (recorded_at);

-- Two lines of defence. The right to change is taken from the role that wrote this, and a trigger refuses it to those who
-- have all rights by nature. Whoever owns the table can lift both: a hospital that wants more gives it to another role, see
-- ADR 14. What is done all the same, `audit verify` finds.
CREATE FUNCTION salus_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail only grows' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER salus_audit_event_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON salus_audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION salus_audit_refuse();
-- Fires in a session that plays the part of a replica, too, which skips ordinary triggers.
ALTER TABLE salus_audit_event ENABLE ALWAYS TRIGGER salus_audit_event_only_grows;

REVOKE UPDATE, DELETE, TRUNCATE ON salus_audit_event FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON salus_audit_event FROM CURRENT_USER;

-- What somebody ought to look at. One row for each rule, person and hour, whichever server noticed it first.
CREATE TABLE salus_alert (
    id              uuid                     PRIMARY KEY,
    rule            varchar(32)              NOT NULL,
    tenant_id       varchar(32),
    -- The user, client or address, as the trail names it.
    subject         text                     NOT NULL,
    window_start    timestamp with time zone NOT NULL,
    count           integer                  NOT NULL,
    raised_at       timestamp with time zone NOT NULL DEFAULT now(),
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);

CREATE UNIQUE INDEX salus_alert_once ON salus_alert (rule, coalesce(tenant_id, ''), subject, window_start);
CREATE INDEX salus_alert_raised ON salus_alert (tenant_id, raised_at);
