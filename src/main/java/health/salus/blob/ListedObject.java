package health.salus.blob;

/**
 * An object as the store lists it.
 *
 * @param name what should be the text of a {@link BlobKey}, but somebody else may have put something there
 * @param size in bytes
 */
record ListedObject(String name, long size) {}
