import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { InputFile, InputFormat } from '../../../lib/cli/reading/inputFile.ts';
import { openRecords } from '../../../lib/cli/reading/openRecords.ts';
import type { InputRecord, RecordReader, ResumePlace } from '../../../lib/cli/reading/recordReader.ts';

interface Read {
  readonly record: InputRecord;
  readonly line: number;
  readonly after: ResumePlace;
}

/** An input whose bytes arrive in pieces. */
function inputOf(content: Buffer, format: InputFormat, isGzip: boolean, pieceBytes: number): InputFile {
  const stored = isGzip ? gzipSync(content) : content;
  const open = (start: number): Readable => {
    const pieces: Buffer[] = [];
    for (let at = start; at < stored.length; at += pieceBytes) {
      pieces.push(stored.subarray(at, at + pieceBytes));
    }
    return Readable.from(pieces);
  };
  const file = { path: 'input', size: stored.length, isGzip, digest: '' };
  return { name: 'input', format, delimiter: ',', file, open };
}

async function readAll(reader: RecordReader): Promise<readonly Read[]> {
  const read: Read[] = [];
  for (;;) {
    const result = reader.next() ?? (await reader.wait());
    if (result.done === true) {
      return read;
    }
    const { line, endLine, endByte } = reader;
    read.push({ record: result.value, line, after: { line: endLine, byte: endByte } });
  }
}

const texts = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', ' ', '"', '\n', '\r\n', ','), maxLength: 12 });
const blanks = fc.array(fc.constantFrom('', '\n', '\r\n', '\n\n'), { maxLength: 20 });
const forms = fc.record({
  isGzip: fc.boolean(),
  pieceBytes: fc.constantFrom(1, 7, 4096),
  mark: fc.constantFrom('', '\ufeff'),
  isEnded: fc.boolean(),
});

describe('Records', () => {
  const kinds = [
    ['ndjson', (text: string) => JSON.stringify(text), ''],
    ['csv', (text: string) => `"${text.replaceAll('"', '""')}",x`, 'text,other\n'],
  ] as const;

  for (const [format, written, header] of kinds) {
    it(`of ${format} go on behind each of them, with the same lines`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(texts, { maxLength: 5 }), blanks, forms, async (values, between, form) => {
          const { isGzip, pieceBytes, mark, isEnded } = form;
          const lines = values.map((value, index) => `${written(value)}\n${between[index] ?? ''}`).join('');
          const content = Buffer.from(mark + header + (isEnded ? lines : lines.replace(/[\r\n]+$/, '')));
          const input = inputOf(content, format, isGzip, pieceBytes);
          const all = await readAll(await openRecords(input, undefined, () => {}));
          const records = all.map(({ record }) => (typeof record === 'string' ? JSON.parse(record) : record[0]));
          expect(records).toEqual(values);
          for (const [index, { after }] of all.entries()) {
            const rest = await readAll(await openRecords(input, after, () => {}));
            expect(rest).toEqual(all.slice(index + 1));
          }
          const text = content.toString();
          for (const { record, line } of all) {
            const from = text
              .split('\n')
              .slice(line - 1)
              .join('\n');
            const start = typeof record === 'string' ? record : written(record[0] ?? '').slice(0, -2);
            expect(from.replace('\ufeff', '').slice(0, start.length)).toBe(start);
          }
        }),
        { numRuns: 30 },
      );
    });
  }
});
