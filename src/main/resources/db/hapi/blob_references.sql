-- A version of a resource that is removed for good lets go of its blobs, in the transaction that removes it. HAPI removes
-- versions in several ways (expunge of one, of all, $delete-expunge), and the last of them calls no code of ours: only the
-- table sees them all. HAPI's migrator makes the table, so this cannot be part of a migration of our own.
CREATE OR REPLACE FUNCTION salus_version_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM salus_blob_ref ref
     USING removed, hfj_resource resource, salus_tenant tenant
     WHERE tenant.partition_id = removed.partition_id
       AND resource.partition_id = removed.partition_id AND resource.res_id = removed.res_id
       AND ref.tenant_id = tenant.id AND ref.resource_type = removed.res_type
       AND ref.resource_id = resource.fhir_id AND ref.version = removed.res_ver;
    RETURN NULL;
END
$$;

-- Asked first, because replacing a trigger waits for everybody who writes.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'salus_version_removed' AND tgrelid = 'hfj_res_ver'::regclass) THEN
        CREATE TRIGGER salus_version_removed AFTER DELETE ON hfj_res_ver
            REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION salus_version_removed();
    END IF;
END
$$;
