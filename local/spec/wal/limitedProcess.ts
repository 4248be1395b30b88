/**
 * A process that appends to a write-ahead log until the disk refuses, then once more. It is started under a limit of
 * file sizes. Argument: the folder. It prints a JSON object with the results.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { GroupCommitLog } from '../../lib/wal/groupCommitLog.ts';
import type { SealedSegment } from '../../lib/wal/segment.ts';
import { SegmentWatermarks } from '../../lib/wal/segmentWatermarks.ts';

const [folder = ''] = process.argv.slice(2);
const sealed: SealedSegment[] = [];
const log = new GroupCommitLog({
  folder,
  firstSegment: 1,
  segmentBytes: 1_000_000_000,
  watermarks: new SegmentWatermarks(join(folder, 'watermarks')),
  hasRoom: () => true,
  onSealed: (segment) => sealed.push(segment),
  onSealedUnasked: () => undefined,
});

function append(row: number): Promise<void> {
  return log.append(Buffer.from(`{"n":${row},"payload":"${'x'.repeat(10_000)}"}\n`), 1);
}

let acknowledged = 0;
let code: string | undefined;
while (code === undefined) {
  try {
    await append(acknowledged);
    acknowledged += 1;
  } catch (error) {
    code = (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
await append(acknowledged);
await log.seal();
writeSync(1, JSON.stringify({ acknowledged, code, sealed, pendingBytes: log.pendingBytes }));
