package health.salus.fhir;

import java.util.Date;

/**
 * A resource as a read answers it.
 *
 * @param type    its FHIR R4 type
 * @param id      without the type
 * @param version its {@code meta.versionId}
 * @param updated its {@code meta.lastUpdated}
 * @param address of this version, absolute
 * @param json    all of it, in one line
 */
public record PlainRead(String type, String id, long version, Date updated, String address, String json) {}
