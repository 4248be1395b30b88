import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { encodeFrameHeader } from '../../lib/wal/frame.ts';
import { repairSegment } from '../../lib/wal/repairSegment.ts';
import { type SealedSegment, segmentPath } from '../../lib/wal/segment.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

function frame(...rows: readonly string[]): Buffer {
  const lines = Buffer.from(rows.map((row) => `${row}\n`).join(''));
  return Buffer.concat([encodeFrameHeader([lines], rows.length), lines]);
}

const frames: readonly Buffer[] = [
  frame('{"a":1}', '{"a":2}'),
  frame('{"a":"ü"}'),
  frame('{"a":"\\n{\\"$frame\\":[1,2,3]}"}', '{"a":4}', '{}'),
];
const frameRows: readonly number[] = [2, 1, 3];

const identity = { number: 7, id: '01234567-89ab-4def-8123-456789abcdef' };

describe('repairSegment', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let damaged: Buffer[];
  let path: string;
  let missingBytes: number;

  beforeEach(() => {
    damaged = [];
    path = segmentPath(temporaryDirectory(), identity);
  });

  /** @param acknowledgedBytes how much of the segment was acknowledged, by its watermark */
  async function recover(content: Buffer, acknowledgedBytes = 0): Promise<SealedSegment | undefined> {
    await writeFile(path, content);
    const recovered = await repairSegment(temporaryDirectory(), identity, acknowledgedBytes, async (bytes) => {
      damaged.push(Buffer.from(bytes));
    });
    missingBytes = recovered.missingBytes;
    return recovered.segment;
  }

  it('leaves a whole segment as it is', async () => {
    const content = Buffer.concat(frames);
    const segment = await recover(content);
    const largestFrameBytes = Math.max(...frames.map((each) => each.length));
    expect(segment).toEqual({ ...identity, path, bytes: content.length, rows: 6, largestFrameBytes });
    expect(await readFile(path)).toEqual(content);
  });

  it('cuts a tail that is torn at any byte back to the last whole frame', async () => {
    const content = Buffer.concat(frames);
    const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length);
    for (let length = 0; length < content.length; length += 1) {
      const wholeFrames = ends.filter((end) => end <= length).length;
      const rows = frameRows.slice(0, wholeFrames).reduce((sum, count) => sum + count, 0);
      const segment = await recover(content.subarray(0, length));
      expect(segment?.rows ?? 0)
        .withContext(`torn at byte ${length}`)
        .toBe(rows);
      if (rows > 0) {
        expect((await stat(path)).size).toBe(ends[wholeFrames - 1] as number);
      }
    }
    expect(damaged).toEqual([]);
  });

  it('cuts a tail whose bytes are zeros or garbage', async () => {
    const content = Buffer.concat(frames.slice(0, 2));
    for (const tail of [
      Buffer.alloc(4096),
      Buffer.from('{"$frame":[10,1,1]}\n{"a":1234}\n'),
      Buffer.alloc(100, 0xff),
    ]) {
      expect((await recover(Buffer.concat([content, tail])))?.rows).toBe(3);
      expect(await readFile(path)).toEqual(content);
    }
    expect(damaged).toEqual([]);
  });

  it('keeps the frames around one that the disk has changed, and reports that one', async () => {
    const [first, second, third] = frames as [Buffer, Buffer, Buffer];
    const changed = Buffer.from(second);
    changed.writeUInt8(0x58, changed.length - 3);
    const segment = await recover(Buffer.concat([first, changed, third]));
    expect(segment?.rows).toBe(5);
    expect(await readFile(path)).toEqual(Buffer.concat([first, third]));
    expect(damaged).toEqual([changed]);
  });

  it('notices that acknowledged bytes were cut off, at any byte', async () => {
    const content = Buffer.concat(frames);
    for (let length = 0; length <= content.length; length += 1) {
      damaged = [];
      const segment = await recover(content.subarray(0, length), content.length);
      expect(missingBytes).toBe(content.length - length);
      // The rest of the frame that was cut is kept, as its bytes were acknowledged.
      const damagedBytes = damaged.reduce((sum, part) => sum + part.length, 0);
      expect((segment?.bytes ?? 0) + damagedBytes).toBe(length);
    }
  });

  it('reports an acknowledged frame at the end that the disk has changed', async () => {
    const [first, second] = frames as [Buffer, Buffer];
    const changed = Buffer.from(second);
    changed.writeUInt8(0x58, changed.length - 3);
    const torn = Buffer.from('{"$frame":[99,1,1]}\n{"a":');
    const acknowledged = first.length + second.length;
    const segment = await recover(Buffer.concat([first, changed, torn]), acknowledged);
    expect(segment?.rows).toBe(2);
    expect(damaged).toEqual([changed]);
    expect(missingBytes).toBe(0);
  });

  it('removes a segment without a row', async () => {
    expect(await recover(Buffer.from('{"$frame":[1'))).toBeUndefined();
    await expectAsync(truncate(path, 0)).toBeRejected();
  });
});
