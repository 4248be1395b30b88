import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SegmentWatermarks } from '../../lib/wal/segmentWatermarks.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const first = { number: 7, id: '01234567-89ab-4def-8123-456789abcdef' };
const second = { number: 8, id: '11234567-89ab-4def-8123-456789abcdef' };

describe('SegmentWatermarks', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let path: string;

  beforeEach(() => {
    path = join(temporaryDirectory(), 'watermarks');
  });

  /** The watermarks that a process finds if it starts now. */
  const found = () => new SegmentWatermarks(path).watermarks;

  it('has the progress of each segment on the disk at any time', () => {
    const watermarks = new SegmentWatermarks(path);
    expect(found()).toEqual([]);
    watermarks.begin(first);
    expect(found()).toEqual([{ ...first, bytes: 0, rows: 0 }]);
    watermarks.raise(100, 2);
    watermarks.begin(second);
    watermarks.raise(10, 1);
    watermarks.raise(123_456_789_012, 999_999_999_999);
    expect(found()).toEqual([
      { ...first, bytes: 100, rows: 2 },
      { ...second, bytes: 123_456_789_012, rows: 999_999_999_999 },
    ]);
    watermarks.remove(first);
    watermarks.raise(20, 3);
    expect(found()).toEqual([{ ...second, bytes: 20, rows: 3 }]);
    watermarks.close();
  });

  it('ignores a line that is torn or changed', async () => {
    const watermarks = new SegmentWatermarks(path);
    watermarks.reset([
      { ...first, bytes: 100, rows: 2 },
      { ...second, bytes: 200, rows: 4 },
    ]);
    watermarks.close();
    const text = await readFile(path, 'latin1');
    await writeFile(path, text.replace('000000000100', '000000000900'));
    expect(found().map(({ number }) => number)).toEqual([8]);
    await truncate(path, text.length - 10);
    expect(found()).toEqual([]);
  });

  it('stops no row if its folder is missing, and continues when the folder is back', async () => {
    const folder = join(temporaryDirectory(), 'folder');
    const watermarks = new SegmentWatermarks(join(folder, 'watermarks'));
    watermarks.begin(first);
    watermarks.raise(1, 1);
    await mkdir(folder);
    watermarks.begin(second);
    watermarks.raise(2, 2);
    path = join(folder, 'watermarks');
    expect(found().map(({ bytes }) => bytes)).toEqual([1, 2]);
    await rm(folder, { recursive: true });
    watermarks.remove(first);
    watermarks.close();
    watermarks.close();
  });
});
