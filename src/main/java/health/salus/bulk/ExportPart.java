package health.salus.bulk;

/**
 * One type that an export goes through.
 *
 * @param number   from 1, in their order
 * @param section  what is there, or what was deleted
 * @param afterRow HAPI's number of the last resource that is in a file
 * @param withheld how many resources a filter has kept out until there
 */
record ExportPart(int number, String type, BulkFile.Section section, long afterRow, boolean done, long withheld) {

    /** The same after one more file. */
    ExportPart after(long row, boolean atEnd, long more) {
        return new ExportPart(number, type, section, row, atEnd, withheld + more);
    }
}
