import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BehaviorSubject, lastValueFrom, NEVER, type OperatorFunction, tap, toArray } from 'rxjs';
import type { ZerobusErrorCode } from '../../lib/errors/zerobusError.ts';
import type { ZerobusEvent } from '../../lib/stream/zerobusEvent.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { deadLetters } from '../../operators/deadLetters.ts';
import { pull } from '../../operators/pull.ts';
import { readDeadLetters } from '../../operators/readDeadLetters.ts';
import { type ThroughZerobusOptions, throughZerobus } from '../../operators/throughZerobus.ts';
import { valuesInCommitOrder } from '../support/deltaCommits.ts';
import { freePort } from '../support/freePort.ts';
import { servedFolder } from '../support/servedFolder.ts';
import { stopProcess } from '../support/serverProcess.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

const COUNT = 20_000;
const KILLS = 2;
/** One of so many records is bad. */
const BAD_EVERY = 100;

interface Message {
  readonly id: number;
  readonly kind: string;
}

const tooLarge = 'x'.repeat(11_000_000);

/** The text of a record of each kind. One of the kind `throws` has none. */
const badTexts: Readonly<Record<string, (id: number) => string>> = {
  'not JSON': (id) => `{"device":"d","temp":${id}`,
  'wrong type': (id) => `{"device":"d","temp":"${id} °C"}`,
  'unknown column': (id) => `{"device":"d","temp":${id},"color":"red"}`,
  'NULL in NOT NULL': () => '{"device":"d","temp":null}',
  'missing NOT NULL': () => '{"device":"d"}',
  'duplicate key': (id) => `{"device":"d","temp":${id},"temp":${id}}`,
};

/** The same as rows of a table definition. */
const badRows: Readonly<Record<string, (id: number) => unknown>> = {
  'not a row': (id) => `{"device":"d","temp":${id}}`,
  'wrong type': (id) => ({ device: 'd', temp: `${id} °C` }),
  'unknown column': (id) => ({ device: 'd', temp: id, color: 'red' }),
  'NULL in NOT NULL': () => ({ device: 'd', temp: null }),
  'missing NOT NULL': () => ({ device: 'd' }),
  'out of range': () => ({ device: 'd', temp: 2n ** 70n }),
};

/** Values of a broker, of which one in {@link BAD_EVERY} is bad, of all kinds in turn. */
function* messages(badKinds: readonly string[]): Generator<Message> {
  for (let id = 0; id < COUNT; id++) {
    const bad = id % BAD_EVERY === 37 ? Math.floor(id / BAD_EVERY) : undefined;
    // Few that are too large, since each is 11 MB in the file.
    const kind = bad === undefined ? 'good' : bad % 50 === 0 ? 'too large' : badKinds[bad % badKinds.length];
    yield { id, kind: kind ?? 'good' };
  }
}

/** Returns the row of a message. */
function rowOf(bad: Readonly<Record<string, (id: number) => unknown>>): (message: Message) => object | undefined {
  return ({ id, kind }) => {
    if (kind === 'throws') {
      throw new RangeError(`no row for ${id}`);
    }
    const device = kind === 'too large' ? tooLarge : `d${id % 5}`;
    return (bad[kind]?.(id) ?? { device, temp: id, at: 1_700_000_000_000_000 }) as object;
  };
}

describe('A pipeline with bad records, cuts and kills', () => {
  const program = fileURLToPath(new URL('programs/cuttingServer.js', import.meta.url));
  const folder = servedFolder();

  async function start(ports: { readonly port: number; readonly httpPort: number }): Promise<void> {
    const options = {
      ...ports,
      dataDir: join(folder.path, 'data'),
      flushIntervalMs: 200,
      tables: [`CREATE TABLE ${READINGS_TABLE} (device STRING, temp BIGINT NOT NULL, at TIMESTAMP)`],
    };
    folder.server = spawn(process.execPath, [program, JSON.stringify(options), '300'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const _ of createInterface({ input: folder.server.stdout as NodeJS.ReadableStream })) {
      return;
    }
    throw new Error('zerobus-local ended before it listened');
  }

  /** Runs the messages through a stream, kills its server twice, and returns what is where. */
  async function run(
    kinds: readonly string[],
    through: (options: ThroughZerobusOptions<Message>) => OperatorFunction<Message, Message>,
  ): Promise<{
    readonly all: readonly Message[];
    readonly emitted: readonly number[];
    readonly stored: readonly number[];
    readonly letters: readonly { readonly offset: number; readonly code: ZerobusErrorCode }[];
    readonly events: readonly ZerobusEvent[];
  }> {
    const ports = { port: await freePort(), httpPort: await freePort() };
    await start(ports);
    const path = join(folder.path, 'dead.ndjson');
    const paused$ = new BehaviorSubject(false);
    const events: ZerobusEvent[] = [];
    let kills = 0;
    let restarting: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      await stopProcess(folder.server as ChildProcess, 'SIGKILL');
      await start(ports);
    };
    const all = [...messages(kinds)];
    const emitted = await lastValueFrom(
      pull(all, paused$).pipe(
        through({
          endpoint: `http://127.0.0.1:${ports.port}`,
          workspaceUrl: `http://127.0.0.1:${ports.httpPort}`,
          clientId: 'client',
          clientSecret: 'client-secret',
          backpressure: paused$,
          rejected: deadLetters(path, { value: ({ id }: Message) => id }),
          events: { next: (event) => events.push(event) },
          maxInflightRecords: 2000,
          recoveryBackoffMs: 20,
          recoveryBackoffMaxMs: 100,
          recoveryRetries: 1000,
        }),
        tap(({ id }) => {
          if (id > ((kills + 1) * COUNT) / (KILLS + 1)) {
            kills++;
            restarting = restart();
          }
        }),
        toArray(),
      ),
    );
    await restarting;
    expect(kills).toBe(KILLS);
    await stopProcess(folder.server as ChildProcess, 'SIGTERM');
    const letters = await lastValueFrom(pull(readDeadLetters(path), NEVER).pipe(toArray()));
    const stored = await valuesInCommitOrder(join(folder.path, 'data', 'tables', 'main', 'iot', 'readings'), 'temp');
    return { all, emitted: emitted.map(({ id }) => id), stored, letters, events };
  }

  it('brings each good record into the table, and each bad one into the dead letters', async () => {
    const kinds = [...Object.keys(badTexts), 'throws'];
    const { all, emitted, stored, letters, events } = await run(kinds, (options) =>
      throughZerobus(READINGS_TABLE, { ...options, row: rowOf(badTexts) }),
    );
    const good = all.flatMap(({ id, kind }) => (kind === 'good' ? [id] : []));
    const bad = all.flatMap(({ id, kind }) => (kind === 'good' ? [] : [id]));
    expect([good.length, bad.length]).toEqual([COUNT - COUNT / BAD_EVERY, COUNT / BAD_EVERY]);
    expect(emitted).toEqual(good);
    expect([...new Set(stored)].sort((a, b) => a - b)).toEqual(good);
    expect(letters.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual(bad);
    const broken = events.filter(({ kind }) => kind === 'broken').length;
    console.log(`      ${broken} connections broke, ${stored.length - good.length} records are twice in the table`);
  }, 180_000);

  it('needs no connection to find a bad row of a table definition', async () => {
    const readings = defineTable(READINGS_TABLE, (t) => ({
      device: t.string(),
      temp: t.bigint().notNull(),
      at: t.timestamp(),
    }));
    const kinds = [...Object.keys(badRows), 'throws'];
    const { all, emitted, stored, letters, events } = await run(kinds, (options) =>
      throughZerobus<Message, never>(readings as never, { ...options, row: rowOf(badRows) as never }),
    );
    const good = all.flatMap(({ id, kind }) => (kind === 'good' ? [id] : []));
    const bad = all.flatMap(({ id, kind }) => (kind === 'good' ? [] : [id]));
    expect(emitted).toEqual(good);
    expect([...new Set(stored)].sort((a, b) => a - b)).toEqual(good);
    expect(letters.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual(bad);
    expect([...new Set(letters.map(({ code }) => code))].sort()).toEqual(['INVALID_RECORD', 'RECORD_TOO_LARGE']);
    const broken = events.flatMap((event) => (event.kind === 'broken' ? [event.error.code] : []));
    // Those of cuts and kills: a server that was started again does not know the token.
    expect(broken.filter((code) => /^(INVALID_|OUT_OF_RANGE)/.test(code))).toEqual([]);
  }, 180_000);
});
