-- Statements are parted by empty lines and run one by one, without a transaction: other servers may be writing meanwhile.

-- What a start left half-built when it was cut off is no index, and would stand in the way of one.
DO $$
DECLARE
    broken regclass;
BEGIN
    FOR broken IN SELECT indexrelid FROM pg_index WHERE NOT indisvalid AND indexrelid::regclass::text LIKE 'salus_%' LOOP
        EXECUTE format('DROP INDEX %s', broken);
    END LOOP;
END $$

-- Only references to elsewhere have a URL; HAPI indexes that of all the others too, which is none.
CREATE INDEX CONCURRENTLY IF NOT EXISTS salus_link_url
    ON hfj_res_link (src_path, target_resource_url, partition_id, src_resource_id)
    WHERE target_resource_url IS NOT NULL

DROP INDEX CONCURRENTLY IF EXISTS idx_rl_srcpath_tgturl

-- For searches that ask for a parameter and not for its value. HAPI's has the values in it as text, which nothing looks up.
CREATE INDEX CONCURRENTLY IF NOT EXISTS salus_token_identity ON hfj_spidx_token (hash_identity, res_id, partition_id)

DROP INDEX CONCURRENTLY IF EXISTS idx_sp_token_hash_v2
