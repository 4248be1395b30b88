import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { forkJoin, from, lastValueFrom, NEVER, type Observable, of, toArray } from 'rxjs';
import { type RecordPayload, ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { LinePosition } from '../../lib/inputs/lineReader.ts';
import type { DeadLetter } from '../../lib/letters/deadLetter.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { Secret } from '../../lib/secrets/secret.ts';
import type { Rejection } from '../../lib/stream/rejections.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { deadLetters } from '../../operators/deadLetters.ts';
import { ingest } from '../../operators/ingest.ts';
import { pull } from '../../operators/pull.ts';
import { readDeadLetters } from '../../operators/readDeadLetters.ts';
import { throughZerobus } from '../../operators/throughZerobus.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { rejectionOf } from '../support/promises.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../support/startServer.ts';

type AnyRejection = Rejection<unknown, RecordPayload | readonly RecordPayload[]>;

const reason = new ZerobusError('INVALID_ARGUMENT', 'a record does not fit', { schemaCauses: ['TYPE_INCOMPATIBLE'] });

const rejection = (offset: number, rest: Partial<AnyRejection> = {}): AnyRejection => ({
  value: { n: offset },
  record: `{"n":${offset}}`,
  offset,
  error: reason,
  ...rest,
});

const taken = (letter: Observable<unknown>): Promise<unknown> => lastValueFrom(letter, { defaultValue: undefined });

describe('deadLetters', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'letters-'));
    path = join(folder, 'dead.ndjson');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(positions: LinePosition[] = []): Promise<DeadLetter[]> {
    const letters = readDeadLetters(path, { torn: (position) => positions.push(position) });
    return lastValueFrom(pull(letters, NEVER).pipe(toArray()));
  }

  it('writes one line for each rejection, and readDeadLetters reads it back', async () => {
    const before = Date.now();
    const rejected = deadLetters(pathToFileURL(path));
    await taken(rejected(rejection(7)));
    await taken(rejected(rejection(8, { record: undefined, value: { n: Number.NaN, text: 'é' } })));
    const lines = (await readFile(path, 'latin1')).split('\n');
    expect(lines.map((line) => line.replace(/^\{"time":"[^"]*",/, '{'))).toEqual([
      '{"offset":7,"code":"INVALID_ARGUMENT","reason":"a record does not fit","schemaCauses":["TYPE_INCOMPATIBLE"],"record":"{\\"n\\":7}"}',
      '{"offset":8,"code":"INVALID_ARGUMENT","reason":"a record does not fit","schemaCauses":["TYPE_INCOMPATIBLE"],"value":{"n":null,"text":"\\u00e9"}}',
      '',
    ]);
    const letters = await read();
    const shared = { code: 'INVALID_ARGUMENT', reason: 'a record does not fit', schemaCauses: ['TYPE_INCOMPATIBLE'] };
    expect(letters.map(({ time: _, ...letter }) => letter)).toEqual([
      { ...shared, offset: 7, record: '{"n":7}', value: undefined } as never,
      { ...shared, offset: 8, record: undefined, value: { n: null, text: 'é' } } as never,
    ]);
    expect(letters.every(({ time }) => time.getTime() >= before && time.getTime() <= Date.now())).toBeTrue();
  });

  it('keeps text and bytes exactly, whatever they are', async () => {
    const payloads = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.integer({ min: 0xd7ff, max: 0xe000 }).map((code) => String.fromCharCode(code)) }),
        fc.uint8Array(),
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(payloads, fc.boolean(), async (records, isBatch) => {
        await rm(path, { force: true });
        const rejected = deadLetters(path);
        if (isBatch) {
          await taken(rejected(rejection(3, { record: records })));
        } else {
          await taken(forkJoin(records.map((record) => rejected(rejection(3, { record })))));
        }
        const letters = await read();
        expect(letters.map(({ record }) => record)).toEqual(records);
        expect(letters.every(({ offset }) => offset === 3)).toBeTrue();
      }),
      { numRuns: 60 },
    );
  });

  it('writes a value without a JSON form as nothing, or as the option value says', async () => {
    const circular: { self?: object; id: bigint } = { id: 7n };
    circular.self = circular;
    const [record, value] = [undefined, circular];
    await taken(deadLetters(path)(rejection(0, { record, value })));
    const rejected = deadLetters<typeof circular>(path, { value: ({ id }) => `number ${id}` });
    await taken(rejected({ record, value, offset: 1, error: reason }));
    expect((await read()).map(({ value }) => value)).toEqual([undefined, 'number 7']);
  });

  it('writes no secret', async () => {
    const value = { password: new Secret('hunter2') };
    await taken(deadLetters(path)(rejection(0, { record: undefined, value })));
    expect(await readFile(path, 'utf8')).toContain('"password":"[secret]"');
  });

  it('completes only after a sync, which many rejections share', async () => {
    const handle = await open(folder, 'r');
    const prototype: { datasync(): Promise<void>; sync(): Promise<void> } = Object.getPrototypeOf(handle);
    await handle.close();
    const [datasync, sync] = [
      spyOn(prototype, 'datasync').and.callThrough(),
      spyOn(prototype, 'sync').and.callThrough(),
    ];
    const rejected = deadLetters(path);
    const syncs: number[] = [];
    await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        await taken(rejected(rejection(n)));
        syncs.push(datasync.calls.count());
      }),
    );
    expect([datasync.calls.count(), sync.calls.count(), Math.min(...syncs)]).toEqual([1, 1, 1]);
    expect((await read()).map(({ offset }) => offset)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    // Those that arrive during a sync share the next one.
    const first = taken(rejected(rejection(0)));
    while (datasync.calls.count() === 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([first, ...Array.from({ length: 50 }, (_, n) => taken(rejected(rejection(n))))]);
    expect([datasync.calls.count(), sync.calls.count()]).toEqual([3, 1]);
  });

  it('bounds what it writes at once', async () => {
    const handle = await open(folder, 'r');
    const written = spyOn(Object.getPrototypeOf(handle), 'appendFile').and.callThrough();
    await handle.close();
    const record = 'x'.repeat(1024 * 1024);
    const rejected = deadLetters(path);
    await Promise.all(Array.from({ length: 10 }, (_, n) => taken(rejected(rejection(n, { record })))));
    expect(Math.max(...written.calls.allArgs().map(([text]) => String(text).length))).toBeLessThan(4.2 * 1024 * 1024);
    expect(await read()).toHaveSize(10);
  });

  it('writes nothing that was unsubscribed from before its turn', async () => {
    const rejected = deadLetters(path);
    const first = taken(rejected(rejection(0)));
    rejected(rejection(1)).subscribe().unsubscribe();
    await first;
    await taken(rejected(rejection(2)));
    expect((await read()).map(({ offset }) => offset)).toEqual([0, 2]);
  });

  it('appends, also after the file was moved away or another function has written', async () => {
    const [one, other] = [deadLetters(path), deadLetters(path)];
    await taken(one(rejection(0)));
    await taken(other(rejection(1)));
    await rename(path, `${path}.1`);
    await Promise.all([taken(one(rejection(2))), taken(other(rejection(3)))]);
    expect((await read()).map(({ offset }) => offset).sort()).toEqual([2, 3]);
  });

  it('begins a new line behind one that was torn, and reading reports and skips it', async () => {
    const whole = deadLetters(path);
    await taken(whole(rejection(0)));
    const { size } = await stat(path);
    await taken(whole(rejection(1)));
    const end = (await stat(path)).size;
    for (let cut = size + 1; cut < end - 1; cut += 7) {
      await truncate(path, cut);
      const positions: LinePosition[] = [];
      expect((await read(positions)).map(({ offset }) => offset)).toEqual([0]);
      expect(positions).toEqual([{ line: 2, byte: size }]);
      await taken(whole(rejection(2)));
      positions.length = 0;
      expect((await read(positions)).map(({ offset }) => offset)).toEqual([0, 2]);
      expect(positions).toEqual([{ line: 2, byte: size }]);
      await truncate(path, size);
      await taken(whole(rejection(1)));
    }
    // Nothing but the line feed is missing.
    await truncate(path, end - 1);
    await taken(whole(rejection(2)));
    await appendFile(path, Buffer.alloc(100));
    const positions: LinePosition[] = [];
    expect((await read(positions)).map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(positions.map(({ line }) => line)).toEqual([4]);
  });

  it('warns of a torn line by default', async () => {
    await writeFile(path, '{"time":"2026');
    const warning = spyOn(process, 'emitWarning');
    expect(await lastValueFrom(pull(readDeadLetters(path), NEVER).pipe(toArray()))).toEqual([]);
    expect(warning.calls.allArgs() as unknown[]).toEqual([
      [
        `${path}: line 1 (byte 0) was torn when its writer was killed, and is skipped.`,
        { type: 'ZerobusWarning', code: 'DEAD_LETTER_TORN' },
      ],
    ]);
  });

  it('reads a compressed file', async () => {
    await taken(deadLetters(path)(rejection(5)));
    await writeFile(path, gzipSync(await readFile(path)));
    const offsets: number[] = [];
    for await (const { offset } of readDeadLetters(path)) {
      offsets.push(offset);
    }
    expect(offsets).toEqual([5]);
  });

  it('refuses a line that is anything else', async () => {
    for (const line of [
      '{"device":"d1"}',
      'null',
      '[1]',
      'device;temp',
      '{"device":',
      '{"time":"x","offset":0,"code":"A"}',
    ]) {
      await writeFile(path, `${line}\n`);
      const error = await rejectionOf(read());
      expect([line, error.code, error.message]).toEqual([
        line,
        'INVALID_RECORD',
        `${path}: line 1 (byte 0) is not a dead letter. Correct the line.`,
      ]);
    }
  });

  it('refuses arguments that are malformed', () => {
    const messages = [
      () => deadLetters(''),
      () => deadLetters(undefined as never),
      () => readDeadLetters(7 as never),
      () => deadLetters(new URL('https://example.com/letters')),
      () => deadLetters(path, { values: 1 } as never),
      () => deadLetters(path, { value: 1 } as never),
      () => readDeadLetters(path, { torn: 1 } as never),
    ].map((call) => {
      try {
        call();
        return 'nothing';
      } catch (error) {
        return `${(error as ZerobusError).code}: ${(error as ZerobusError).message}`;
      }
    });
    expect(messages).toEqual([
      'INVALID_OPTIONS: The path of deadLetters must be that of a file. Pass its path.',
      'INVALID_OPTIONS: deadLetters requires the path of a file, or a file: URL.',
      'INVALID_OPTIONS: readDeadLetters requires the path of a file, or a file: URL.',
      'INVALID_OPTIONS: The URL of deadLetters must be an absolute file: URL. Pass the path of the file.',
      'INVALID_OPTIONS: deadLetters has no option values: use value.',
      'INVALID_OPTIONS: value must be a function: pass (value) => … .',
      'INVALID_OPTIONS: torn must be a function: pass (position) => … .',
    ]);
  });

  it('loses no letter that was taken in when its process is killed', async () => {
    const program = fileURLToPath(new URL('../e2e/programs/letters.js', import.meta.url));
    for (let kill = 0; kill < 5; kill++) {
      const child = spawn(process.execPath, [program, path, `${kill}`], { stdio: ['ignore', 'pipe', 'inherit'] });
      let last = -1;
      for await (const line of createInterface({ input: child.stdout })) {
        last = Number(line);
        if (last >= 40 + kill * 13) {
          child.kill('SIGKILL');
        }
      }
      if (child.exitCode === null && child.signalCode === null) {
        await once(child, 'exit');
      }
      const mine = (await read()).filter(({ reason }) => reason === `run ${kill}`).map(({ offset }) => offset);
      expect(mine).toEqual(mine.map((_, n) => n));
      expect(mine.length).toBeGreaterThan(last);
      // A disk tears at any byte, a process between two writes.
      await truncate(path, (await stat(path)).size - 3);
    }
  });

  describe('with a stream', () => {
    let server: StartedServer;

    beforeAll(async () => {
      server = await startServer();
    });
    afterAll(() => server.server.close());

    it('takes in what the service refuses, and the records can be sent again', async () => {
      const records = Array.from({ length: 50 }, (_, n) => ({ device: `d${n}`, temp: n % 20 === 7 ? 'hot' : n }));
      const rejected = deadLetters(path);
      const watermarks = await Promise.all(
        [records.slice(0, 25), records.slice(25)].map((some) =>
          lastValueFrom(from(some).pipe(toZerobus(READINGS_TABLE, { ...server.connection, rejected }))),
        ),
      );
      expect(watermarks).toEqual([24, 24]);
      const letters = await read();
      expect(letters.map(({ offset, code, schemaCauses }) => `${offset} ${code} ${schemaCauses}`).sort()).toEqual([
        '2 INVALID_SCHEMA TYPE_INCOMPATIBLE',
        '22 INVALID_SCHEMA TYPE_INCOMPATIBLE',
        '7 INVALID_SCHEMA TYPE_INCOMPATIBLE',
      ]);
      const sent = await lastValueFrom(
        pull(readDeadLetters(path), NEVER).pipe(
          throughZerobus(READINGS_TABLE, {
            ...server.connection,
            row: ({ record }) => (record as string).replace('"hot"', '40'),
          }),
          toArray(),
        ),
      );
      expect(sent.map(({ reason }) => reason)).toEqual(letters.map(({ reason }) => reason));
    });

    it('ends the stream if the file cannot be written', async () => {
      const cases: readonly (readonly [string, string])[] = [
        [join(folder, 'none', 'dead.ndjson'), 'ENOENT'],
        [folder, 'EISDIR'],
        ...(process.platform === 'linux' ? [['/dev/full', 'ENOSPC'] as const] : []),
      ];
      for (const [place, code] of cases) {
        const error = await rejectionOf(
          lastValueFrom(
            of('{"temp":1}', '{"temp":"hot"}', '{"temp":3}').pipe(
              toZerobus(READINGS_TABLE, { ...server.connection, rejected: deadLetters(place) }),
            ),
          ),
        );
        expect([error.code, (error.cause as NodeJS.ErrnoException).code, error.offset]).toEqual([
          'REJECTION_FAILED',
          code,
          1,
        ]);
        expect(error.unacked).toContain('{"temp":"hot"}');
      }
    });

    it('works with ingest', async () => {
      await lastValueFrom(
        ingest(['{"temp":"hot"}', '{"temp":7}'], READINGS_TABLE, { ...server.connection, rejected: deadLetters(path) }),
      );
      async function* again(): AsyncGenerator<string> {
        for await (const { record } of readDeadLetters(path)) {
          yield String(record).replace('"hot"', '8');
        }
      }
      expect(await lastValueFrom(ingest(again(), READINGS_TABLE, server.connection))).toBe(0);
    });

    it('works with the streams of a ZerobusSdk, a batch as one line for each record', async () => {
      const { endpoint, workspaceUrl, clientId, clientSecret } = server.connection;
      const sdk = new ZerobusSdk(endpoint, workspaceUrl);
      const rejected = deadLetters(path);
      const readings = defineTable(READINGS_TABLE, (t) => ({ device: t.string(), temp: t.string() }));
      const json = await sdk.createStream({ tableName: READINGS_TABLE }, clientId, clientSecret, { rejected });
      const outcomes = await Promise.allSettled([
        json.ingestRecord({ temp: 1 }),
        json.ingestRecords([{ temp: 2 }, { temp: 'hot' }]),
        json.ingestRecord('{"temp":3'),
        json.ingestRecords([{ temp: 4 }, { temp: 5 }]),
      ]);
      await json.close();
      expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.offset))).toEqual([
        0, 1, 2, 3,
      ]);
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, false, true]);
      expect((await read()).map(({ offset, record }) => [offset, record])).toEqual([
        [1, '{"temp":2}'],
        [1, '{"temp":"hot"}'],
        [2, '{"temp":3'],
      ]);
      // A definition that is not that of the table is refused before anything is sent.
      const other = sdk.createStream(readings, clientId, clientSecret, { rejected });
      expect((await rejectionOf(other)).code).toBe('INVALID_SCHEMA');
      expect(await read()).toHaveSize(3);
    });
  });
});
