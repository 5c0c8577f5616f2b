package health.salus.blob;

/**
 * What identifies some content.
 *
 * @param size   in bytes
 * @param pieces of all of it
 */
record ContentDigests(long size, Sha256 sha256, Sha1 sha1, PieceDigests pieces) {}
