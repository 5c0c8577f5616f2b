-- The people who can sign in at the embedded authorization server. With an issuer of one's own this stays empty.
CREATE TABLE salus_user (
    username      varchar(64)              PRIMARY KEY,
    password_hash varchar(100)             NOT NULL,
    role          varchar(16)              NOT NULL CHECK (role IN ('admin', 'practitioner', 'patient', 'system')),
    tenant_id     varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    fhir_user     varchar(128),
    patient_id    varchar(64),
    -- Demo accounts are removed as soon as a setting makes this a real server.
    demo          boolean                  NOT NULL DEFAULT false,
    failed_logins integer                  NOT NULL DEFAULT 0,
    locked_until  timestamp with time zone,
    created_at    timestamp with time zone NOT NULL DEFAULT now()
);

-- The programs that may ask for tokens. One with keys is a backend service, one without is an app with PKCE.
CREATE TABLE salus_client (
    client_id     varchar(100)             PRIMARY KEY,
    name          varchar(200)             NOT NULL,
    tenant_id     varchar(32)              NOT NULL REFERENCES salus_tenant (id),
    redirect_uris text[]                   NOT NULL,
    scopes        text[]                   NOT NULL,
    jwks          jsonb,
    demo          boolean                  NOT NULL DEFAULT false,
    created_at    timestamp with time zone NOT NULL DEFAULT now(),
    CHECK ((jwks IS NULL) = (cardinality(redirect_uris) > 0))
);

-- Client assertions that were used, until they expire: each is good once.
CREATE TABLE salus_client_assertion (
    client_id  varchar(100)             NOT NULL,
    jti        varchar(200)             NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    PRIMARY KEY (client_id, jti)
);
CREATE INDEX salus_client_assertion_expiry ON salus_client_assertion (expires_at);

-- Codes and tokens that were issued. Spring Authorization Server fixes this name and these columns.
CREATE TABLE oauth2_authorization (
    id                            varchar(100) PRIMARY KEY,
    registered_client_id          varchar(100) NOT NULL,
    principal_name                varchar(200) NOT NULL,
    authorization_grant_type      varchar(100) NOT NULL,
    authorized_scopes             text,
    attributes                    text,
    state                         varchar(500),
    authorization_code_value      text,
    authorization_code_issued_at  timestamp with time zone,
    authorization_code_expires_at timestamp with time zone,
    authorization_code_metadata   text,
    access_token_value            text,
    access_token_issued_at        timestamp with time zone,
    access_token_expires_at       timestamp with time zone,
    access_token_metadata         text,
    access_token_type             varchar(100),
    access_token_scopes           text,
    oidc_id_token_value           text,
    oidc_id_token_issued_at       timestamp with time zone,
    oidc_id_token_expires_at      timestamp with time zone,
    oidc_id_token_metadata        text,
    refresh_token_value           text,
    refresh_token_issued_at       timestamp with time zone,
    refresh_token_expires_at      timestamp with time zone,
    refresh_token_metadata        text,
    user_code_value               text,
    user_code_issued_at           timestamp with time zone,
    user_code_expires_at          timestamp with time zone,
    user_code_metadata            text,
    device_code_value             text,
    device_code_issued_at         timestamp with time zone,
    device_code_expires_at        timestamp with time zone,
    device_code_metadata          text
);

-- Each is looked up by its whole value, and a signed token is too long for an ordinary index.
CREATE INDEX oauth2_authorization_code ON oauth2_authorization USING hash (authorization_code_value);
CREATE INDEX oauth2_authorization_access ON oauth2_authorization USING hash (access_token_value);
CREATE INDEX oauth2_authorization_refresh ON oauth2_authorization USING hash (refresh_token_value);
