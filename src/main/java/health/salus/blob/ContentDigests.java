package health.salus.blob;

/**
 * What identifies some content.
 *
 * @param size in bytes
 */
record ContentDigests(long size, Sha256 sha256, Sha1 sha1) {}
