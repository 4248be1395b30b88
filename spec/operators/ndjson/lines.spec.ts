import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BehaviorSubject, lastValueFrom, NEVER, toArray } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { NdjsonLines } from '../../../lib/inputs/ndjsonLines.ts';
import type { LineSource } from '../../../lib/inputs/openLines.ts';
import { ingest } from '../../../operators/ingest.ts';
import { ndjson } from '../../../operators/ndjson.ts';
import { pull } from '../../../operators/pull.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../../support/startServer.ts';

const TEXT = '\ufeff{"a":"é😀"}\r\n\n \t\r\n{"b":1}\n\ufeff{"c":2}';
const expectedLines = ['{"a":"é😀"}', '{"b":1}', '{"c":2}'];

function read<T>(lines: NdjsonLines<T>): Promise<T[]> {
  return lastValueFrom(pull(lines, NEVER).pipe(toArray()));
}

async function iterate<T>(lines: NdjsonLines<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of lines) {
    values.push(value);
  }
  return values;
}

/** Cuts bytes into chunks of a length. */
function chunksOf(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) =>
    bytes.subarray(n * length, (n + 1) * length),
  );
}

async function failureOf(lines: NdjsonLines<unknown>): Promise<unknown[]> {
  const error: unknown = await read(lines).then(
    () => undefined,
    (error) => error,
  );
  return isZerobusError(error) ? [error.code, error.offset, error.message.replace(/^.*?: /, '')] : [error];
}

describe('ndjson', () => {
  let folder: string;
  let path: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ndjson-'));
    path = join(folder, 'readings.ndjson');
    await writeFile(path, TEXT);
    await writeFile(`${path}.gz`, gzipSync(TEXT));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('skips lines of blanks of any kind, whichever comes first', async () => {
    const blanks = [' \u2028', '\u2028 ', '\u00a0', '\u3000\t', '\ufeff\ufeff', '\ufeff \u2029'];
    expect(await read(ndjson([blanks.map((blank) => `${blank}\n`).join('')]))).toEqual([]);
  });

  const bytes = Buffer.from(TEXT);
  const gzip = gzipSync(bytes);
  const members = Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))]);
  const sources: Record<string, () => LineSource> = {
    'a path': () => path,
    'a path to a gzip file': () => `${path}.gz`,
    'a URL': () => pathToFileURL(path),
    'the text of a URL': () => pathToFileURL(path).href,
    'a file stream': () => createReadStream(path, { highWaterMark: 3 }),
    'a file stream of text': () => createReadStream(path, { encoding: 'utf8', highWaterMark: 3 }),
    'a file stream of gzip': () => createReadStream(`${path}.gz`, { highWaterMark: 1 }),
    'a web stream of bytes': () => new Blob([bytes]).stream(),
    'a web stream of text': () =>
      new Blob([bytes]).stream().pipeThrough(new TextDecoderStream('utf-8', { ignoreBOM: true })),
    'a web stream of gzip': () => new Blob([gzip]).stream(),
    'gzip of two members': () => chunksOf(members, 5),
    'an iterable of characters': () => TEXT.split(''),
    'an ArrayBuffer': () => [new Uint8Array(bytes).buffer],
  };
  sources['an async generator of bytes'] = () =>
    (async function* () {
      yield* chunksOf(bytes, 4);
    })();

  for (const [name, make] of Object.entries(sources)) {
    it(`reads the lines of ${name}, without a byte order mark and blank lines`, async () => {
      expect(await read(ndjson(make()))).toEqual(expectedLines);
      expect(await iterate(ndjson(make()))).toEqual(expectedLines);
    });
  }

  it('parses lines into objects', async () => {
    expect(await read(ndjson(path, { parse: true }))).toEqual([{ a: 'é😀' }, { b: 1 }, { c: 2 }]);
  });

  it('reads a path again for each subscription, and an empty input', async () => {
    const lines = ndjson(path);
    expect([await read(lines), await read(lines)]).toEqual([expectedLines, expectedLines]);
    for (const empty of ['', '\ufeff', '\n\r\n', gzipSync('')]) {
      expect(await read(ndjson([empty]))).toEqual([]);
    }
    expect(await read(ndjson([]))).toEqual([]);
  });

  it('reads the same lines, however the bytes are cut', async () => {
    const lines = fc.array(
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (lines, length, isGzip) => {
        const bytes = Buffer.from(lines.join('\n'));
        const chunks = chunksOf(isGzip ? gzipSync(bytes) : bytes, length);
        expect(await read(ndjson(chunks))).toEqual(bytes.length === 0 ? [] : bytes.toString().split('\n'));
      }),
      { numRuns: 100 },
    );
  });

  it('knows the position of the line that was read last', async () => {
    const lines = ndjson(path);
    const seen = [lines.position];
    await pull(lines, NEVER).forEach(() => void seen.push(lines.position));
    expect(seen).toEqual([
      { line: 0, byte: 0 },
      { line: 1, byte: 0 },
      { line: 4, byte: bytes.indexOf('{"b"') },
      { line: 5, byte: bytes.indexOf('{"b"') + 8 },
    ]);
  });

  it('errors with the position of a line that is not a JSON object', async () => {
    for (const bad of ['{"b":', '5', 'null', '[1]', '{} {}']) {
      expect(await failureOf(ndjson([`{"a":"é"}\n\n${bad}\n{}`], { parse: true }))).toEqual([
        'INVALID_RECORD',
        1,
        'line 3 (byte 12) is not a JSON object. Correct the line.',
      ]);
    }
  });

  it('errors with the position of a line that is not UTF-8, after the lines before it', async () => {
    const seen: string[] = [];
    const lines = ndjson([
      Buffer.concat([Buffer.from('{"a":"é"}\n{"b":"'), Buffer.from([0xe9]), Buffer.from('"}\n{}')]),
    ]);
    await expectAsync(pull(lines, NEVER).forEach((line) => void seen.push(line))).toBeRejectedWith(
      jasmine.objectContaining({
        code: 'INVALID_RECORD',
        message: jasmine.stringContaining('line 2 (byte 11) is not UTF-8'),
      }),
    );
    expect([seen, lines.position]).toEqual([['{"a":"é"}'], { line: 2, byte: 11 }]);
    expect(await failureOf(ndjson([Buffer.from('\ufeff{}\n', 'utf16le')]))).toContain('INVALID_RECORD');
  });

  it('bounds the length of a line, in bytes without its end', async () => {
    const fits = `{"a":"é"}`;
    for (const end of ['', '\n', '\r\n']) {
      expect(await read(ndjson([`\ufeff${fits}${end}`], { maxLineBytes: 10 }))).toEqual([fits]);
      const [code, offset, message] = await failureOf(ndjson([`{}\n${fits}${end}`], { maxLineBytes: 9 }));
      expect([code, offset]).toEqual(['RECORD_TOO_LARGE', 1]);
      expect(message).toMatch(/^line 2 \(byte 3\) has 10 bytes.*maxLineBytes is 9.*\.$/);
    }
  });

  it('gives up a line without an end, instead of reading all of it', async () => {
    let chunks = 0;
    let isClosed = false;
    function* endless(): Generator<string> {
      try {
        for (;;) {
          chunks++;
          yield 'x'.repeat(1000);
        }
      } finally {
        isClosed = true;
      }
    }
    expect(await failureOf(ndjson(endless(), { maxLineBytes: 10_000 }))).toContain('RECORD_TOO_LARGE');
    expect([chunks, isClosed]).toEqual([11, true]);
  });

  it('reads no faster than it is pulled', async () => {
    let chunks = 0;
    function* source(): Generator<string> {
      for (;;) {
        chunks++;
        yield '{"a":1}\n{"a":2}\n';
      }
    }
    const paused$ = new BehaviorSubject(true);
    const subscription = pull(ndjson(source()), paused$).subscribe(() => paused$.next(true));
    const counts = [chunks];
    for (let n = 0; n < 4; n++) {
      paused$.next(false);
      await new Promise(setImmediate);
      counts.push(chunks);
    }
    subscription.unsubscribe();
    expect(counts).toEqual([0, 1, 1, 2, 2]);
  });

  it('forwards the error of a file, a stream and a damaged gzip', async () => {
    expect(await failureOf(ndjson(join(folder, 'missing')))).toEqual([jasmine.objectContaining({ code: 'ENOENT' })]);
    const reset = new PassThrough();
    const result = failureOf(ndjson(reset));
    reset.destroy(new Error('reset'));
    expect(await result).toEqual([new Error('reset')]);
    expect(await failureOf(ndjson([gzip.subarray(0, -9)]))).toEqual([
      jasmine.objectContaining({ code: 'Z_BUF_ERROR' }),
    ]);
    const records = Readable.from([{ a: 1 }]) as never;
    expect(await failureOf(ndjson(records))).toEqual([
      'INVALID_RECORD',
      undefined,
      jasmine.stringContaining('bytes or text'),
    ]);
    expect((records as Readable).destroyed).toBeTrue();
  });

  it('refuses what is not a source, and says what to pass', () => {
    const readline = createInterface({ input: new PassThrough() });
    for (const source of [
      '',
      '{"a":1}\n{"a":2}',
      'https://a/b',
      new URL('https://a/b'),
      bytes,
      {},
      null,
      5,
      readline,
    ]) {
      expect(() => ndjson(source as never))
        .withContext(String(source))
        .toThrow(jasmine.objectContaining({ code: 'INVALID_OPTIONS' }));
    }
    readline.close();
    for (const maxLineBytes of [0, 1.5, Number.NaN]) {
      expect(() => ndjson(path, { maxLineBytes })).toThrow(jasmine.objectContaining({ code: 'INVALID_OPTIONS' }));
    }
  });

  describe('with ingest', () => {
    let started: StartedServer;

    beforeAll(async () => {
      started = await startServer();
    });

    afterAll(() => started.server.close());

    it('writes a file as it is', async () => {
      const file = join(folder, 'rows.ndjson');
      await writeFile(file, Array.from({ length: 1000 }, (_, n) => `{"device":"d","temp":${n}}\r\n`).join('\n'));
      const offset = await lastValueFrom(ingest(ndjson(file), READINGS_TABLE, started.connection));
      expect(offset).toBe(999);
    });
  });
});
