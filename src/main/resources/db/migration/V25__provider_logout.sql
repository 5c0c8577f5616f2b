-- Whose session at the login provider a sign-in here came of, for logouts that name the session alone.
CREATE TABLE salus_provider_session (
    session_hash varchar(60)              NOT NULL,
    username     varchar(64)              NOT NULL REFERENCES salus_user (username) ON DELETE CASCADE,
    signed_in_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (session_hash, username)
);
CREATE INDEX salus_provider_session_age ON salus_provider_session (signed_in_at);

-- Logout tokens that were obeyed, until they expire: each is good once.
CREATE TABLE salus_logout_token (
    token_hash varchar(60)              PRIMARY KEY,
    expires_at timestamp with time zone NOT NULL
);
