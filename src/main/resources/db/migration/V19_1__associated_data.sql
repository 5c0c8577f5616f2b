-- The resources (hfj_resource.res_id) that an export has put into its files, as long as Provenance about them is still to come:
-- written only for exports that ask for it, in the transaction that notes the file.
CREATE TABLE salus_bulk_exported (
    job_id       uuid   NOT NULL REFERENCES salus_bulk_job (id) ON DELETE CASCADE,
    resource_row bigint NOT NULL,
    PRIMARY KEY (job_id, resource_row)
);
