-- A tenant is never deleted, since its data are not; while it is disabled nobody gets in.
ALTER TABLE salus_tenant ADD COLUMN disabled_at timestamp with time zone;

-- Somebody who signs in at another server has no password here, but the name that server gives.
ALTER TABLE salus_user
    ADD COLUMN disabled_at       timestamp with time zone,
    ADD COLUMN federated_subject varchar(255) UNIQUE,
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD CHECK (password_hash IS NOT NULL OR federated_subject IS NOT NULL);

-- A client proves itself by one thing: keys given here, keys at an address, or a secret. One without is a public app, which
-- must have addresses to send people back to.
ALTER TABLE salus_client
    ADD COLUMN jwks_uri     varchar(500),
    ADD COLUMN secret_hash  varchar(100),
    ADD COLUMN launch_uri   varchar(500),
    -- The institution's own apps need not ask its people.
    ADD COLUMN asks_consent boolean NOT NULL DEFAULT true,
    ADD COLUMN disabled_at  timestamp with time zone,
    DROP CONSTRAINT salus_client_check,
    ADD CHECK (num_nonnulls(jwks, jwks_uri, secret_hash) <= 1),
    ADD CHECK (cardinality(redirect_uris) > 0 OR num_nonnulls(jwks, jwks_uri, secret_hash) = 1);

-- Codes and tokens lay here in clear; from now on only their hashes do. Signing in again is cheaper than telling the old
-- from the new for ever.
DELETE FROM oauth2_authorization;
CREATE INDEX oauth2_authorization_principal ON oauth2_authorization (principal_name);

-- Codes and refresh tokens that were used. Whoever comes with one of them again has stolen it or was stolen from, and the
-- grant ends. They go with their grant.
CREATE TABLE salus_spent_token (
    token_hash varchar(60)  PRIMARY KEY,
    grant_id   varchar(100) NOT NULL REFERENCES oauth2_authorization (id) ON DELETE CASCADE
);
CREATE INDEX salus_spent_token_grant ON salus_spent_token (grant_id);

-- What a person has agreed that an app may do, so that they are not asked the same twice.
CREATE TABLE salus_consent (
    client_id varchar(100)             NOT NULL REFERENCES salus_client (client_id) ON DELETE CASCADE,
    username  varchar(64)              NOT NULL REFERENCES salus_user (username) ON DELETE CASCADE,
    scopes    text[]                   NOT NULL,
    given_at  timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, username)
);

-- What an EHR has open when it starts an app. The row goes when the app comes with the handle, which is good once.
CREATE TABLE salus_launch (
    handle_hash varchar(60)              PRIMARY KEY,
    tenant_id   varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    client_id   varchar(100)             NOT NULL REFERENCES salus_client (client_id) ON DELETE CASCADE,
    username    varchar(64)              NOT NULL REFERENCES salus_user (username) ON DELETE CASCADE,
    context     text                     NOT NULL,
    expires_at  timestamp with time zone NOT NULL
);
CREATE INDEX salus_launch_expiry ON salus_launch (expires_at);
