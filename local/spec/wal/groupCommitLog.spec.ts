import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFrame } from '../../lib/wal/frame.ts';
import { GroupCommitLog } from '../../lib/wal/groupCommitLog.ts';
import type { SealedSegment } from '../../lib/wal/segment.ts';
import { SegmentWatermarks } from '../../lib/wal/segmentWatermarks.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

function line(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

describe('GroupCommitLog', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let sealed: SealedSegment[];

  function openLog(segmentBytes = 1_000_000, folder: string = temporaryDirectory()): GroupCommitLog {
    sealed = [];
    return new GroupCommitLog({
      folder,
      firstSegment: 5,
      segmentBytes,
      watermarks: new SegmentWatermarks(join(folder, 'watermarks')),
      hasRoom: () => true,
      onSealed: (segment) => sealed.push(segment),
      onSealedUnasked: () => undefined,
    });
  }

  async function readFrames(segment: SealedSegment): Promise<readonly number[]> {
    const content = await readFile(segment.path);
    expect(content.length).toBe(segment.bytes);
    const rows: number[] = [];
    for (let frame = readFrame(content, 0); frame !== undefined; frame = readFrame(content, frame.end)) {
      rows.push(frame.rows);
    }
    return rows;
  }

  it('writes appends that gather during a write as one frame, in order', async () => {
    const log = openLog();
    const order: number[] = [];
    const appends = Array.from({ length: 100 }, (_, index) =>
      log.append(line({ a: index }), 1).then(() => {
        order.push(index);
      }),
    );
    expect(log.pendingBytes).toBeGreaterThan(0);
    await Promise.all(appends);
    expect(log.pendingBytes).toBe(0);
    expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
    await log.seal();
    expect(await readFrames(sealed[0] as SealedSegment)).toEqual([1, 99]);
  });

  it('has the rows in the file when an append resolves', async () => {
    const log = openLog();
    await log.append(line({ a: 'first' }), 1);
    await log.append(line({ a: 'second' }), 1);
    await log.seal();
    expect([...((await readFile((sealed[0] as SealedSegment).path, 'utf8')).match(/"(first|second)"/g) ?? [])]).toEqual(
      ['"first"', '"second"'],
    );
    expect(sealed).toEqual([jasmine.objectContaining({ number: 5, rows: 2 })]);
  });

  it('begins a new segment with the next number when one is full', async () => {
    const log = openLog(100);
    for (let index = 0; index < 4; index += 1) {
      await log.append(line({ a: 'x'.repeat(60) }), 1);
    }
    await log.seal();
    expect(sealed.map((segment) => segment.number)).toEqual([5, 6, 7, 8].slice(0, sealed.length));
    expect(sealed.length).toBeGreaterThan(1);
    expect(sealed.reduce((sum, segment) => sum + segment.rows, 0)).toBe(4);
  });

  it('splits gathered appends into frames of bounded size, and accepts a larger append', async () => {
    const log = openLog(1_000_000_000);
    const mebibytes = (count: number) => line({ a: 'x'.repeat(count * 1024 * 1024) });
    await Promise.all([1, 9, 9, 20, 1].map((count) => log.append(mebibytes(count), 1)));
    await log.seal();
    expect(await readFrames(sealed[0] as SealedSegment)).toEqual([1, 1, 1, 1, 1]);
  });

  it('seals between appends in progress and loses none', async () => {
    const log = openLog();
    const appends: Promise<void>[] = [];
    for (let index = 0; index < 50; index += 1) {
      appends.push(log.append(line({ a: index }), 1));
      if (index % 10 === 0) {
        await log.seal();
      }
    }
    await Promise.all(appends);
    await log.seal();
    const text = await Promise.all(sealed.map((segment) => readFile(segment.path, 'utf8')));
    expect([...text.join('').matchAll(/"a":\d+/g)].map(String)).toEqual(
      Array.from({ length: 50 }, (_, index) => `"a":${index}`),
    );
  });

  it('seals all rows appended before, acknowledged or not', async () => {
    const log = openLog();
    const before = Array.from({ length: 10 }, (_, index) => log.append(line({ a: index }), 1));
    await log.seal();
    expect(sealed.map((segment) => segment.rows)).toEqual([10]);
    await Promise.all(before);
  });

  it('seals nothing if nothing was appended', async () => {
    const log = openLog();
    await log.seal();
    expect(sealed).toEqual([]);
  });

  it('rejects an append that the disk refuses and all appends behind it', async () => {
    const file = join(temporaryDirectory(), 'file');
    await writeFile(file, '');
    const log = openLog(100, join(file, 'folder'));
    const appends = [1, 2, 3].map((value) => log.append(line({ a: value }), 1));
    const results = await Promise.allSettled(appends);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(log.pendingBytes).toBe(0);
  });
});
