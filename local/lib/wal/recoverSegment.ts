import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { repairSegment } from './repairSegment.ts';
import { type SealedSegment, type SegmentIdentity, segmentPath } from './segment.ts';
import type { SegmentWatermark } from './segmentWatermarks.ts';

/** The write-ahead log of a segment. */
export interface SegmentPlace {
  readonly folder: string;
  /** The folder for acknowledged bytes that are no longer rows. */
  readonly rejectedFolder: string;
  /** Called with a message about damage or loss. */
  readonly onLoss: (problem: string) => void;
}

/**
 * Recovers what is left of a segment whose rows are not in the table, and reports what is lost.
 *
 * @param watermark how much of it was acknowledged. Undefined if that is not known.
 * @returns undefined if no row is left
 */
export async function recoverSegment(
  { folder, rejectedFolder, onLoss }: SegmentPlace,
  identity: SegmentIdentity,
  watermark: SegmentWatermark | undefined,
): Promise<SealedSegment | undefined> {
  const path = segmentPath(folder, identity);
  const { segment, missingBytes } = await repairSegment(folder, identity, watermark?.bytes ?? 0, async (damaged) => {
    const keptPath = await keepDamagedRows(rejectedFolder, identity.number, damaged);
    onLoss(
      `the write-ahead log is damaged: the disk has changed ${damaged.length} bytes of acknowledged rows in ${path}. They are ` +
        `kept in ${keptPath}; send those rows again. The rows before and after them are intact.`,
    );
  });
  if (missingBytes > 0) {
    const lostRows = (watermark?.rows ?? 0) - (segment?.rows ?? 0);
    onLoss(
      `${lostRows} acknowledged rows (${missingBytes} bytes) are lost: another program has cut the end of ${path}. Send them again.`,
    );
  }
  return segment;
}

/** Reports a segment whose file is gone. */
export function reportDeletedSegment({ folder, onLoss }: SegmentPlace, watermark: SegmentWatermark): void {
  onLoss(
    `${watermark.rows} acknowledged rows (${watermark.bytes} bytes) are lost: another program has deleted ` +
      `${segmentPath(folder, watermark)}. Send them again.`,
  );
}

/**
 * Keeps bytes of a write-ahead segment that can't be read as rows any more. A human may be able to.
 *
 * @returns the path of the file
 */
async function keepDamagedRows(folder: string, segmentNumber: number, damaged: Buffer): Promise<string> {
  await makeDurableDirectory(folder);
  const path = join(folder, `${segmentNumber}-damaged-${randomUUID()}`);
  await writeFile(path, damaged, { flag: 'wx' });
  await syncPath(path);
  await syncPath(folder);
  return path;
}
