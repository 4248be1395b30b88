import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { syncPath } from '../files/syncPath.ts';

/**
 * Removes a segment whose rows are in the table.
 *
 * The process that made the commit may have been killed, or may have failed, before the commit's entry in the log
 * folder was on the disk: it is forced there first, or a power cut could take both.
 */
export async function removeCommittedSegment(path: string, tablePath: string): Promise<void> {
  await syncPath(join(tablePath, LOG_FOLDER));
  await rm(path, { force: true });
}
