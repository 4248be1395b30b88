import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { forkJoin } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { Secret } from '../../../lib/secrets/secret.ts';
import { deadLetters } from '../../../operators/deadLetters.ts';
import { readDeadLetters } from '../../../operators/readDeadLetters.ts';
import { lettersFile, rejection, rejectionError, taken } from '../../support/lettersFile.ts';

describe('deadLetters', () => {
  const file = lettersFile();

  it('writes one line for each rejection, and readDeadLetters reads it back', async () => {
    const before = Date.now();
    const rejected = deadLetters(pathToFileURL(file.path));
    await taken(rejected(rejection(7)));
    await taken(rejected(rejection(8, { record: undefined, value: { n: Number.NaN, text: 'é' } })));
    const lines = (await readFile(file.path, 'latin1')).split('\n');
    expect(lines.map((line) => line.replace(/^\{"time":"[^"]*",/, '{'))).toEqual([
      '{"offset":7,"code":"INVALID_ARGUMENT","reason":"a record does not fit","schemaCauses":["TYPE_INCOMPATIBLE"],"record":"{\\"n\\":7}"}',
      '{"offset":8,"code":"INVALID_ARGUMENT","reason":"a record does not fit","schemaCauses":["TYPE_INCOMPATIBLE"],"value":{"n":null,"text":"\\u00e9"}}',
      '',
    ]);
    const letters = await file.read();
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
        await rm(file.path, { force: true });
        const rejected = deadLetters(file.path);
        if (isBatch) {
          await taken(rejected(rejection(3, { record: records })));
        } else {
          await taken(forkJoin(records.map((record) => rejected(rejection(3, { record })))));
        }
        const letters = await file.read();
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
    await taken(deadLetters(file.path)(rejection(0, { record, value })));
    const rejected = deadLetters<typeof circular>(file.path, { value: ({ id }) => `number ${id}` });
    await taken(rejected({ record, value, offset: 1, error: rejectionError }));
    expect((await file.read()).map(({ value }) => value)).toEqual([undefined, 'number 7']);
  });

  it('writes no secret', async () => {
    const value = { password: new Secret('hunter2') };
    await taken(deadLetters(file.path)(rejection(0, { record: undefined, value })));
    expect(await readFile(file.path, 'utf8')).toContain('"password":"[secret]"');
  });

  it('completes only after a sync, which many rejections share', async () => {
    const handle = await open(file.folder, 'r');
    const prototype: { datasync(): Promise<void>; sync(): Promise<void> } = Object.getPrototypeOf(handle);
    await handle.close();
    const [datasync, sync] = [
      spyOn(prototype, 'datasync').and.callThrough(),
      spyOn(prototype, 'sync').and.callThrough(),
    ];
    const rejected = deadLetters(file.path);
    const syncs: number[] = [];
    await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        await taken(rejected(rejection(n)));
        syncs.push(datasync.calls.count());
      }),
    );
    expect([datasync.calls.count(), sync.calls.count(), Math.min(...syncs)]).toEqual([1, 1, 1]);
    expect((await file.read()).map(({ offset }) => offset)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    // Those that arrive during a sync share the next one.
    const first = taken(rejected(rejection(0)));
    while (datasync.calls.count() === 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([first, ...Array.from({ length: 50 }, (_, n) => taken(rejected(rejection(n))))]);
    expect([datasync.calls.count(), sync.calls.count()]).toEqual([3, 1]);
  });

  it('bounds what it writes at once', async () => {
    const handle = await open(file.folder, 'r');
    const written = spyOn(Object.getPrototypeOf(handle), 'appendFile').and.callThrough();
    await handle.close();
    const record = 'x'.repeat(1024 * 1024);
    const rejected = deadLetters(file.path);
    await Promise.all(Array.from({ length: 10 }, (_, n) => taken(rejected(rejection(n, { record })))));
    expect(Math.max(...written.calls.allArgs().map(([text]) => String(text).length))).toBeLessThan(4.2 * 1024 * 1024);
    expect(await file.read()).toHaveSize(10);
  });

  it('writes nothing that was unsubscribed from before its turn', async () => {
    const rejected = deadLetters(file.path);
    const first = taken(rejected(rejection(0)));
    rejected(rejection(1)).subscribe().unsubscribe();
    await first;
    await taken(rejected(rejection(2)));
    expect((await file.read()).map(({ offset }) => offset)).toEqual([0, 2]);
  });

  it('appends, also after the file was moved away or another function has written', async () => {
    const [one, other] = [deadLetters(file.path), deadLetters(file.path)];
    await taken(one(rejection(0)));
    await taken(other(rejection(1)));
    await rename(file.path, `${file.path}.1`);
    await Promise.all([taken(one(rejection(2))), taken(other(rejection(3)))]);
    expect((await file.read()).map(({ offset }) => offset).sort()).toEqual([2, 3]);
  });

  it('refuses arguments that are malformed', () => {
    const messages = [
      () => deadLetters(''),
      () => deadLetters(undefined as never),
      () => readDeadLetters(7 as never),
      () => deadLetters(new URL('https://example.com/letters')),
      () => deadLetters(file.path, { values: 1 } as never),
      () => deadLetters(file.path, { value: 1 } as never),
      () => readDeadLetters(file.path, { torn: 1 } as never),
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
    const program = fileURLToPath(new URL('../../e2e/programs/letters.js', import.meta.url));
    for (let kill = 0; kill < 5; kill++) {
      const child = spawn(process.execPath, [program, file.path, `${kill}`], { stdio: ['ignore', 'pipe', 'inherit'] });
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
      const mine = (await file.read()).filter(({ reason }) => reason === `run ${kill}`).map(({ offset }) => offset);
      expect(mine).toEqual(mine.map((_, n) => n));
      expect(mine.length).toBeGreaterThan(last);
      // A disk tears at any byte, a process between two writes.
      await truncate(file.path, (await stat(file.path)).size - 3);
    }
  });
});
