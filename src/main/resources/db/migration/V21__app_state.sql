-- What apps keep for themselves. It is opaque to this server and is not among the clinical resources.
CREATE TABLE salus_app_state (
    id          uuid                     PRIMARY KEY,
    tenant_id   varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    -- As the token names the app; with an issuer of one's own it is not registered here.
    client_id   varchar(255)             NOT NULL,
    subject     varchar(90),
    code_system varchar(500)             NOT NULL,
    code        varchar(200)             NOT NULL,
    version     bigint                   NOT NULL DEFAULT 1,
    changed_at  timestamp with time zone NOT NULL DEFAULT now(),
    content     text                     NOT NULL
);

CREATE UNIQUE INDEX salus_app_state_once
    ON salus_app_state (tenant_id, client_id, coalesce(subject, ''), code_system, code);
