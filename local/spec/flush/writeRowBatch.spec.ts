import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DataFile } from '../../lib/flush/copyDataFile.ts';
import { PartSize } from '../../lib/flush/partSize.ts';
import { type RowPart, type WrittenBatch, writeRowBatch } from '../../lib/flush/writeRowBatch.ts';
import { RowBatch } from '../../lib/wal/rowBatch.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

/** A writer that refuses lines with `bad` and lines that are longer than its memory. */
class PoorWriter {
  readonly files = new Map<string, readonly string[]>();
  attempts = 0;
  readonly #roomBytes: number;

  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
  }

  async write(part: RowPart): Promise<DataFile> {
    this.attempts += 1;
    const text = await readFile(part.path, 'utf8');
    const lines = text.split('\n').slice(0, -1);
    expect([lines.length, text.length]).toEqual([part.rows, part.bytes]);
    expect(Math.max(...lines.map((line) => line.length)) + 1).toBe(part.largestRowBytes);
    if (text.length > this.#roomBytes * (part.needsMoreMemory === true ? 3 : 1)) {
      throw new Error('Out of Memory Error: could not allocate block');
    }
    if (text.includes('bad')) {
      throw new Error('Conversion Error: no number');
    }
    const path = String(this.attempts);
    this.files.set(path, lines);
    const add = { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true };
    return { rows: lines.length, add };
  }

  async discard(file: DataFile): Promise<void> {
    expect(this.files.delete(file.add.path)).toBe(true);
  }
}

describe('writeRowBatch', () => {
  const temporaryDirectory = useTemporaryDirectory();

  async function write(
    writer: PoorWriter,
    lines: readonly string[],
    mostBytes?: number,
  ): Promise<WrittenBatch<DataFile>> {
    const text = lines.map((line) => `${line}\n`).join('');
    return writeRowBatch(RowBatch.of(Buffer.from(text), lines.length), {
      partPath: join(temporaryDirectory(), 'part.tmp'),
      size: new PartSize(mostBytes ?? Number.POSITIVE_INFINITY),
      write: (part) => writer.write(part),
      discard: (file) => writer.discard(file),
    });
  }

  function rowsIn(writer: PoorWriter, { files }: WrittenBatch<DataFile>): readonly string[] {
    expect([...writer.files.keys()].sort()).toEqual(files.map(({ add }) => add.path).sort());
    return files.flatMap(({ add }) => writer.files.get(add.path) ?? []);
  }

  function rejectedIn({ rejected }: WrittenBatch<DataFile>): readonly string[] {
    return rejected.flatMap(({ lines, rows }) => {
      const texts = lines.toString().split('\n').slice(0, -1);
      expect(texts.length).toBe(rows);
      return texts;
    });
  }

  it('writes every row that can be written, in order, and rejects the others', async () => {
    const line = fc.oneof(
      { arbitrary: fc.nat({ max: 20 }).map((length) => 'x'.repeat(length)), weight: 20 },
      { arbitrary: fc.integer({ min: 30, max: 400 }).map((length) => 'X'.repeat(length)), weight: 1 },
      { arbitrary: fc.constant('bad'), weight: 1 },
    );
    const property = fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 40, max: 1000 }),
      fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
      async (texts, roomBytes, mostBytes) => {
        const lines = texts.map((text, index) => `${index} ${text}`);
        const isWritable = (text: string) => !text.includes('bad') && text.length < roomBytes * 3;
        const writer = new PoorWriter(roomBytes);
        const written = await write(writer, lines, mostBytes);
        expect(rowsIn(writer, written)).toEqual(lines.filter(isWritable));
        expect([...rejectedIn(written)].sort()).toEqual(lines.filter((text) => !isWritable(text)).sort());
      },
    );
    await expectAsync(fc.assert(property, { numRuns: 200 })).toBeResolved();
  });

  it('writes a row that needs most of the memory alone, and its many neighbors in few files', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => (index === 7000 ? 'X'.repeat(900_000) : `${index}`));
    const writer = new PoorWriter(310_000);
    const written = await write(writer, lines);
    expect(rowsIn(writer, written)).toEqual(lines);
    expect(written.files.length).toBe(3);
  });

  it('keeps using a size that has worked', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(99));
    const writer = new PoorWriter(30_000);
    const written = await write(writer, lines);
    expect(rowsIn(writer, written)).toEqual(lines);
    expect(written.files.length).toBeLessThan(70);
    expect(writer.attempts).toBeLessThan(90);
  });

  it('writes the neighbors of a few bad rows together', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index}${index % 1700 === 0 ? 'bad' : ''}`);
    const writer = new PoorWriter(1_000_000);
    const written = await write(writer, lines);
    expect(rejectedIn(written)).toEqual(['0bad', '1700bad', '3400bad']);
    expect(written.files.map(({ rows }) => rows)).toEqual([4997]);
  });

  it('gives up on rows that are all bad, but not on rows that are too large', async () => {
    const bad = new PoorWriter(1_000_000);
    const lines = Array.from({ length: 100_000 }, () => 'bad');
    expect(rejectedIn(await write(bad, lines)).length).toBe(100_000);
    expect(bad.attempts).toBeLessThan(1000);
    const large = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? 'X'.repeat(1000) : String(index)));
    const writer = new PoorWriter(300);
    const written = await write(writer, large);
    expect(rejectedIn(written).length).toBe(500);
    expect(rowsIn(writer, written)).toEqual(large.filter((line) => line.length < 10));
  });

  it('leaves no file if the disk is the reason', async () => {
    const writer = new PoorWriter(20);
    const lines = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'full'];
    const partPath = join(temporaryDirectory(), 'part.tmp');
    const batch = RowBatch.of(Buffer.from(lines.map((line) => `${line}\n`).join('')), lines.length);
    const written = writeRowBatch(batch, {
      partPath,
      size: new PartSize(Number.POSITIVE_INFINITY),
      write: async (part) => {
        if (part.rows < 6 && (await readFile(part.path, 'utf8')).includes('full')) {
          throw new Error('IO Error: No space left on device');
        }
        return writer.write(part);
      },
      discard: (file) => writer.discard(file),
    });
    await expectAsync(written).toBeRejectedWithError(/No space left/);
    expect(writer.attempts).toBeGreaterThan(1);
    expect(writer.files.size).toBe(0);
  });
});
