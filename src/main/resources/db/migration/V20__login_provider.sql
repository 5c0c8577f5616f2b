-- What a provider calls a person is unique at that provider only. Nothing was kept in this column before.
ALTER TABLE salus_user
    DROP CONSTRAINT salus_user_federated_subject_key,
    ADD COLUMN federated_issuer varchar(500),
    -- Made by what the provider claims, and changed with it; one that an administrator has made or linked is not.
    ADD COLUMN by_claims        boolean NOT NULL DEFAULT false,
    ADD CHECK ((federated_issuer IS NULL) = (federated_subject IS NULL)),
    ADD UNIQUE (federated_issuer, federated_subject);
