-- The SHA-256 of each piece of 256 kB of the plain bytes, one after the other, so that a part of an object can be checked alone.
-- An object of one piece needs none beside its own. What was stored before this column gets them when it is first read.
ALTER TABLE salus_blob_object ADD COLUMN piece_digests bytea CHECK (octet_length(piece_digests) % 32 = 0);

-- Digests do not compress, and uncompressed ones can be read in part.
ALTER TABLE salus_blob_object ALTER COLUMN piece_digests SET STORAGE EXTERNAL;
