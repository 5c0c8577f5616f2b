-- What a message is about, so that messages about one patient are processed in order while others overtake them, and so
-- that a person finds the messages of a patient. A merge is about two.
CREATE TABLE salus_hl7v2_subject (
    message_id bigint  NOT NULL REFERENCES salus_hl7v2_message (id) ON DELETE CASCADE,
    tenant_id  varchar(32) NOT NULL,
    -- The assigning authority, CX-4, as it was sent, else the sending facility; empty if the message names no patient.
    authority  text    NOT NULL,
    value      text    NOT NULL,
    -- Whether the message still holds up later ones about the same patient.
    waiting    boolean NOT NULL,
    PRIMARY KEY (message_id, authority, value)
);

-- A worker asks for each message whether an earlier one about the same patient waits.
CREATE INDEX salus_hl7v2_subject_waiting ON salus_hl7v2_subject (tenant_id, authority, value, message_id) WHERE waiting;
CREATE INDEX salus_hl7v2_subject_value ON salus_hl7v2_subject (value, message_id);

ALTER TABLE salus_hl7v2_message DROP CONSTRAINT salus_hl7v2_message_state_check;
ALTER TABLE salus_hl7v2_message DROP CONSTRAINT salus_hl7v2_message_check;
ALTER TABLE salus_hl7v2_message DROP CONSTRAINT salus_hl7v2_message_check1;
ALTER TABLE salus_hl7v2_message
    -- INCOMPLETE: written except for parts that a person has to look at. DISCARDED: a person decided so.
    ADD CONSTRAINT salus_hl7v2_message_state
        CHECK (state IN ('RECEIVED', 'PROCESSED', 'INCOMPLETE', 'PARKED', 'UNSUPPORTED', 'DISCARDED')),
    ADD CONSTRAINT salus_hl7v2_message_reason
        CHECK (state NOT IN ('INCOMPLETE', 'PARKED', 'UNSUPPORTED', 'DISCARDED') OR reason IS NOT NULL),
    ADD CONSTRAINT salus_hl7v2_message_processed
        CHECK (state NOT IN ('PROCESSED', 'INCOMPLETE', 'PARKED') OR processed_at IS NOT NULL),
    -- How often it was tried and when its turn comes again; others of its patient wait until then.
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN retry_at timestamp with time zone NOT NULL DEFAULT '-infinity',
    -- The message that this one is an edited copy of. What came in from outside is never changed.
    ADD COLUMN edited_from bigint REFERENCES salus_hl7v2_message (id) ON DELETE SET NULL,
    -- The names of those who edited, discarded or sent it again are in the audit trail; here is what they said.
    ADD COLUMN note text;

-- Lists are read newest first, by feed or control id; what needs a person is little and is looked for often.
CREATE INDEX salus_hl7v2_message_feed ON salus_hl7v2_message (feed, id);
CREATE INDEX salus_hl7v2_message_control_id ON salus_hl7v2_message (control_id, id);
CREATE INDEX salus_hl7v2_message_attention ON salus_hl7v2_message (state, feed, id)
    WHERE state IN ('INCOMPLETE', 'PARKED', 'UNSUPPORTED');
-- Retention asks for the oldest.
CREATE INDEX salus_hl7v2_message_received ON salus_hl7v2_message (received_at);

-- The message that each resource was last written from: an older message must not replace what a newer one said, also
-- where the resource itself carries no time.
CREATE TABLE salus_hl7v2_written (
    tenant_id     varchar(32)              NOT NULL,
    resource_type text                     NOT NULL,
    resource_id   text                     NOT NULL,
    message_id    bigint                   NOT NULL,
    -- MSH-7, else the time of arrival.
    sent_at       timestamp with time zone NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, resource_id)
);

-- Messages that waited under the former version lie in one lane per feed, which keeps their order.
INSERT INTO salus_hl7v2_subject (message_id, tenant_id, authority, value, waiting)
SELECT id, tenant_id, '', '', true FROM salus_hl7v2_message WHERE state = 'RECEIVED';

-- Senders in enhanced mode may want two answers: that the bytes are kept, and that the message was accepted. An empty one
-- is not sent.
ALTER TABLE salus_hl7v2_message ADD COLUMN second_acknowledgment bytea NOT NULL DEFAULT '';
