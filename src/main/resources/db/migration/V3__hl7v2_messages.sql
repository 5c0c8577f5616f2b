-- Every HL7 v2 message as it came. A row is committed before its sender gets a positive answer, so what was acknowledged
-- can always be processed again; it goes RECEIVED -> PROCESSED or PARKED, and UNSUPPORTED ones wait for a mapping.
CREATE TABLE salus_hl7v2_message (
    id                  bigint                   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id           varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    feed                text                     NOT NULL,
    -- MSH-3, MSH-4, MSH-10 and MSH-9.1^MSH-9.2; empty where the sender left them empty.
    sending_application text                     NOT NULL,
    sending_facility    text                     NOT NULL,
    control_id          text                     NOT NULL,
    message_type        text                     NOT NULL,
    content             bytea                    NOT NULL,
    sha256              bytea                    NOT NULL CHECK (length(sha256) = 32),
    received_at         timestamp with time zone NOT NULL DEFAULT now(),
    state               text                     NOT NULL
        CHECK (state IN ('RECEIVED', 'PROCESSED', 'PARKED', 'UNSUPPORTED')),
    -- Why it is parked or unsupported, for the person who is to mend it. Holds no content of the message.
    reason              text,
    -- What the mapping could not carry over, one per line. Holds no content of the message.
    warnings            text,
    -- The answer that was sent, so that a repeated message gets the same one.
    acknowledgment      bytea                    NOT NULL,
    -- Another message came before under the same control id, as laboratories do that count from 1 every day.
    control_id_reused   boolean                  NOT NULL,
    processed_at        timestamp with time zone,
    mapping_version     text,
    CHECK (state NOT IN ('PARKED', 'UNSUPPORTED') OR reason IS NOT NULL),
    CHECK ((state IN ('PROCESSED', 'PARKED')) = (processed_at IS NOT NULL))
);

-- The same bytes under the same control id are one message, however often and on however many connections they come.
CREATE UNIQUE INDEX salus_hl7v2_message_identity
    ON salus_hl7v2_message (tenant_id, feed, sending_application, sending_facility, control_id, sha256);

-- Few messages wait at any time, and the worker asks for the oldest of them again and again.
CREATE INDEX salus_hl7v2_message_waiting ON salus_hl7v2_message (id) WHERE state = 'RECEIVED';
