import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readTable } from 'zerobus-local';
import {
  type CommandOutcome,
  environmentOf,
  runHere,
  type StartedCommand,
  startCommand,
} from '../support/ingestRun.ts';
import { type StartedServer, startServer } from '../support/startServer.ts';

const tables = ['killed', 'compressed', 'fields', 'stopped', 'aborted', 'changed', 'lost'];
const COUNT = 1200;
const WINDOW = 200;

describe('rxjs-zerobus ingest --resume', () => {
  let started: StartedServer;
  let folder: string;

  beforeAll(async () => {
    started = await startServer({
      tables: tables.map((name) => `CREATE TABLE main.iot.${name} (id INT, note STRING)`),
    });
  });

  afterAll(() => started.server.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-ingest-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const checkpoint = (path: string): Record<string, unknown> =>
    JSON.parse(readFileSync(`${path}.zerobus-checkpoint`, 'utf8'));

  function write(name: string, content: string | Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Returns the number of rows of each id. */
  async function countsIn(table: string): Promise<ReadonlyMap<number, number>> {
    await started.server.flush();
    const path = started.server.tablePath(`main.iot.${table}`);
    const { rows } = await readTable(path, 'SELECT id, count(*)::INT FROM this GROUP BY id ORDER BY id');
    return new Map(rows as [number, number][]);
  }

  function argumentsFor(table: string, paths: readonly string[], ...more: string[]): readonly string[] {
    return ['ingest', ...paths, '--table', `main.iot.${table}`, '--resume', '--window', `${WINDOW}`, ...more];
  }

  /** Starts the command as a process. `accepted` resolves once the service has a number of its records. */
  function start(
    table: string,
    paths: readonly string[],
  ): { readonly command: StartedCommand; readonly accepted: (count: number) => Promise<void> } {
    const { activity } = started.server;
    const before = activity.counters.recordsAccepted;
    const command = startCommand(argumentsFor(table, paths, '--rate', '2000'), environmentOf(started));
    return {
      command,
      accepted: (count) => activity.until(({ recordsAccepted }) => recordsAccepted >= before + count),
    };
  }

  /** Sends the command a signal once the service has some of the records, and waits until it has ended. */
  async function interrupted(signal: NodeJS.Signals, table: string, paths: readonly string[]): Promise<CommandOutcome> {
    const { command, accepted } = start(table, paths);
    await accepted(COUNT / 4);
    command.process.kill(signal);
    return command.outcome;
  }

  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => `{"id":${from + index},"note":"é\\n"}\n`).join('');
  const fields = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => `"a\nb",${from + index}\n\n`).join('');
  const ids = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from }, (_, index) => from + index);

  const kinds = [
    ['killed', () => [write('a.ndjson', lines(0, 100)), write('b.ndjson', lines(100, COUNT))]],
    ['compressed', () => [write('a.ndjson.gz', gzipSync(lines(0, COUNT)))]],
    ['fields', () => [write('a.csv', `\ufeffnote,id\n${fields(0, COUNT)}`)]],
  ] as const;

  for (const [table, files] of kinds) {
    it(`goes on behind what is durable if it is killed and started again, ${table}`, async () => {
      const paths = files();
      await interrupted('SIGKILL', table, paths);
      expect(readdirSync(folder).filter((name) => name.endsWith('.zerobus-checkpoint'))).toHaveSize(paths.length);
      expect(paths.map((path) => checkpoint(path)['isDone'])).toContain(false);
      const { exitCode, stdout } = await runHere(argumentsFor(table, paths), environmentOf(started));
      expect(exitCode).toBe(0);
      expect(stdout.join('\n')).toMatch(/ is durable in main\.iot\.\w+ up to line \d+, and goes on behind it\.$/m);
      const counts = await countsIn(table);
      expect([...counts.keys()]).toEqual(ids(0, COUNT) as number[]);
      const repeated = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
      expect(repeated).toBeLessThanOrEqual(WINDOW);
      const [fieldsWrong] = (
        await readTable(
          started.server.tablePath(`main.iot.${table}`),
          `SELECT count(*)::INT FROM this WHERE note <> '${table === 'fields' ? 'a\nb' : 'é\n'}'`,
        )
      ).rows[0] as [number];
      expect(fieldsWrong).toBe(0);
      const again = await runHere(argumentsFor(table, paths), environmentOf(started));
      expect([again.exitCode, again.stdout]).toEqual([
        0,
        paths.map((path) => `${path} is durable in main.iot.${table} already.`),
      ]);
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });
  }

  it('makes what it has read durable when it is interrupted, and goes on there', async () => {
    const path = write('a.ndjson', lines(0, COUNT));
    const { exitCode, stdout, stderr } = await interrupted('SIGINT', 'stopped', [path]);
    expect(exitCode).toBe(130);
    expect(stderr).toEqual(['Reading has ended. What was read becomes durable. Press Ctrl-C again to end at once.']);
    const durable = Number(/^([\d,]+) records are durable/m.exec(stdout.join('\n'))?.[1]?.replaceAll(',', ''));
    expect(durable).toBeGreaterThanOrEqual(COUNT / 4);
    expect(durable).toBeLessThan(COUNT);
    expect([...(await countsIn('stopped'))]).toEqual(ids(0, durable).map((id) => [id, 1]));
    expect(checkpoint(path)).toEqual(jasmine.objectContaining({ line: durable, isDone: false }));
    expect((await runHere(argumentsFor('stopped', [path]), environmentOf(started))).exitCode).toBe(0);
    expect([...(await countsIn('stopped'))]).toEqual(ids(0, COUNT).map((id) => [id, 1]));
  });

  it('ends at once if it is interrupted twice, and says what may be lost', async () => {
    const path = write('a.ndjson', lines(0, 50));
    const fault = started.server.faults.dropAcks({ table: 'main.iot.aborted' });
    const { accepted, command } = start('aborted', [path]);
    await accepted(50);
    const draining = once(command.process.stderr as Readable, 'data');
    command.process.kill('SIGTERM');
    await draining;
    command.process.kill('SIGTERM');
    const { exitCode, stdout } = await command.outcome;
    fault.clear();
    expect(exitCode).toBe(143);
    expect(stdout.join()).toMatch(/^0 records are durable in main\.iot\.aborted, 50 may not be durable, /);
    expect((await runHere(argumentsFor('aborted', [path]), environmentOf(started))).exitCode).toBe(0);
    // At least once: the service had accepted all of them before.
    expect([...(await countsIn('aborted'))]).toEqual(ids(0, 50).map((id) => [id, 2]));
  });

  it('does not go on in another file, or into another table', async () => {
    const path = write('a.ndjson', lines(0, 5));
    const env = environmentOf(started);
    expect((await runHere(argumentsFor('changed', [path]), env)).exitCode).toBe(0);
    const other = await runHere(argumentsFor('lost', [path]), env);
    expect(other.stderr.join()).toMatch(/checkpoint is that of ndjson into main\.iot\.changed, not of ndjson into /);
    appendFileSync(path, lines(5, 6));
    const grown = await runHere(argumentsFor('changed', [path]), env);
    expect(grown.stderr.join()).toMatch(
      /a\.ndjson has changed since its checkpoint: it had \d+ bytes and has \d+\. Delete /,
    );
    writeFileSync(path, lines(5, 10));
    const same = await runHere(argumentsFor('changed', [path]), env);
    expect(same.stderr.join()).toMatch(
      /a\.ndjson has changed since its checkpoint: its content is another one\. Delete /,
    );
    writeFileSync(`${path}.zerobus-checkpoint`, '{"version":1,"li');
    const torn = await runHere(argumentsFor('changed', [path]), env);
    expect(torn.stderr.join()).toMatch(/zerobus-checkpoint is not a checkpoint of this version\. Delete /);
    expect([other, grown, same, torn].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    expect([...(await countsIn('changed'))]).toEqual(ids(0, 5).map((id) => [id, 1]));
    expect((await countsIn('lost')).size).toBe(0);
  });

  it('ends if a checkpoint cannot be written', async () => {
    const path = write('a.ndjson', lines(0, 5));
    mkdirSync(`${path}.zerobus-checkpoint.tmp`);
    const { exitCode, stderr } = await runHere(argumentsFor('lost', [path]), environmentOf(started));
    expect([exitCode, stderr.join()]).toEqual([
      1,
      jasmine.stringMatching(/The checkpoint .* cannot be written: EISDIR/),
    ]);
    expect((await countsIn('lost')).size).toBe(0);
  });
});
