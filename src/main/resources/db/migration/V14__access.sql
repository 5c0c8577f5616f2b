-- What an institution has decided about who sees what. It stands with the tenant, which every request reads anyway.
ALTER TABLE salus_tenant
    ADD COLUMN practitioners     varchar(16) NOT NULL DEFAULT 'all' CHECK (practitioners IN ('all', 'assigned')),
    ADD COLUMN consent_base      varchar(16) NOT NULL DEFAULT 'permit' CHECK (consent_base IN ('permit', 'deny')),
    ADD COLUMN emergency_access  varchar(16) NOT NULL DEFAULT 'despite-consent'
        CHECK (emergency_access IN ('despite-consent', 'within-consent')),
    -- Labels of the institution's own, each as system|code, beside the confidentiality codes R and V.
    ADD COLUMN restricted_labels text[]      NOT NULL DEFAULT '{}',
    -- Counted up by each write of a Consent in the same transaction; while it is 0 nobody looks for any.
    ADD COLUMN consents          bigint      NOT NULL DEFAULT 0,
    -- The types of which something with a restricted label was ever stored, or * for any; searches of the others need not
    -- leave anything out.
    ADD COLUMN labelled_types    text[]      NOT NULL DEFAULT '{}';

-- What is there already was written without counting, so whoever has data has to look.
DO $$
BEGIN
    IF to_regclass('hfj_resource') IS NOT NULL THEN
        UPDATE salus_tenant t SET consents = 1, labelled_types = '{*}'
         WHERE EXISTS (SELECT FROM hfj_resource r WHERE r.partition_id = t.partition_id);
    END IF;
END
$$;

-- Which restricted labels somebody may see, each as a code (R, V) or as system|code.
ALTER TABLE salus_user
    ADD COLUMN clearance     text[]                   NOT NULL DEFAULT '{}',
    -- Whoever signed in before has to sign in again.
    ADD COLUMN signed_out_at timestamp with time zone;
ALTER TABLE salus_client ADD COLUMN clearance text[] NOT NULL DEFAULT '{}';

-- Records that somebody opened in an emergency, past the rules. Rows are never deleted: each has to be reviewed.
CREATE TABLE salus_break_glass (
    id          uuid                     PRIMARY KEY,
    tenant_id   varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    -- As the token names the person and the app.
    subject     varchar(255)             NOT NULL,
    fhir_user   varchar(255),
    client_id   varchar(255)             NOT NULL,
    patient_id  varchar(64)              NOT NULL,
    reason      text                     NOT NULL,
    opened_at   timestamp with time zone NOT NULL DEFAULT now(),
    expires_at  timestamp with time zone NOT NULL,
    reviewed_at timestamp with time zone,
    reviewed_by varchar(255),
    review      text,
    CHECK (expires_at <= opened_at + interval '60 minutes'),
    CHECK (num_nonnulls(reviewed_at, reviewed_by, review) IN (0, 3))
);
CREATE INDEX salus_break_glass_open ON salus_break_glass (tenant_id, subject, expires_at);
CREATE INDEX salus_break_glass_unreviewed ON salus_break_glass (tenant_id, opened_at) WHERE reviewed_at IS NULL;
