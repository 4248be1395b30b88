import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTable } from '../../lib/sql/readTable.ts';
import { CliProcess, MAIN } from '../support/cliProcess.ts';
import { ordinaryUser } from '../support/ordinaryUser.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

const HOOK = new URL('../support/refuseCalls.js', import.meta.url).href;
const INVALID_ARGUMENT = 3;
const UNAVAILABLE = 14;

describe('The zerobus-local command on a folder that refuses to be written', () => {
  let root: string;
  let data: string;
  let temps: number[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'zerobus-local-refusing-'));
    data = join(root, 'data');
    temps = [];
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(root, { recursive: true });
  });

  const serveArgs = (flushInterval: string): readonly string[] => [
    ...['--data', data, '--port', '0', '--http-port', '0', '--no-auth', '--flush-interval', flushInterval],
    ...['--table', READINGS_DDL],
  ];

  /** Sends a row. @returns the status if it was refused; undefined if it was acknowledged */
  async function send(endpoint: string, temp: number): Promise<number | undefined> {
    try {
      const stream = await RawStream.open(endpoint, READINGS);
      stream.sendJson(0, [{ temp }]);
      const refused = await Promise.race([stream.acknowledged(0).then(() => undefined), stream.status]);
      if (refused !== undefined) {
        return refused.code;
      }
      temps.push(temp);
      return undefined;
    } catch (error) {
      return Number(/ended: (\d+)/.exec(String(error))?.[1]);
    }
  }

  /** Sends rows until one is acknowledged again. */
  async function sendUntilTaken(endpoint: string): Promise<void> {
    for (let temp = 1000; (await send(endpoint, temp)) !== undefined; temp++) {
      expect(temp).toBeLessThan(11_000);
    }
  }

  async function sendAndFlush(endpoint: string): Promise<void> {
    await send(endpoint, 1);
    while ((await readTable(join(data, 'tables/main/iot/readings'))).rows.length === 0) {
      await new Promise(setImmediate);
    }
  }

  async function expectAllRows(): Promise<void> {
    const { rows } = await readTable(join(data, 'tables/main/iot/readings'), 'SELECT temp FROM this ORDER BY temp');
    expect(rows.map(([temp]) => temp)).toEqual(temps);
  }

  const linesOf = (server: CliProcess): readonly string[] => server.stderr.trimEnd().split('\n');

  for (const code of ['ENOSPC', 'EROFS', 'EDQUOT']) {
    it(`says once that rows are refused with ${code}, acknowledges none, and goes on when they are taken`, async () => {
      const flag = join(root, 'refuse');
      const refusals = { REFUSE_WRITES: code, REFUSE_WHILE: flag, NODE_OPTIONS: `--import ${HOOK}` };
      const server = new CliProcess(serveArgs('20ms'), refusals);
      const endpoint = await server.listening();
      await send(endpoint, 1);
      await writeFile(flag, '');
      for (let attempt = 0; attempt < 10; attempt++) {
        expect(await send(endpoint, -1)).toBe(UNAVAILABLE);
      }
      await unlink(flag);
      await sendUntilTaken(endpoint);
      server.kill('SIGINT');
      expect((await server.ended).code).toBe(0);
      expect(linesOf(server)).toEqual([
        jasmine.stringMatching(
          new RegExp(`^zerobus-local: The disk refuses rows of ${READINGS}: ${code}: .* not acknowledged\\. .*\\.$`),
        ),
        jasmine.stringMatching(/Closing/),
      ]);
      await expectAllRows();
    });
  }

  it('starts on a full disk, refuses rows so that clients try again, and goes on when there is room', async () => {
    const first = new CliProcess(serveArgs('20ms'));
    await send(await first.listening(), 1);
    first.kill('SIGINT');
    await first.ended;
    const flag = join(root, 'refuse');
    await writeFile(flag, '');
    const refusals = { REFUSE_WRITES: 'ENOSPC', REFUSE_WHILE: flag, NODE_OPTIONS: `--import ${HOOK}` };
    const server = new CliProcess(serveArgs('20ms'), refusals);
    const endpoint = await server.listening();
    expect(await send(endpoint, -1)).toBe(UNAVAILABLE);
    await unlink(flag);
    await sendUntilTaken(endpoint);
    server.kill('SIGINT');
    expect((await server.ended).code).toBe(0);
    expect(linesOf(server)).toEqual([
      jasmine.stringMatching(
        /^zerobus-local: main\.iot\.readings takes no records until the disk permits it: ENOSPC: /,
      ),
      jasmine.stringMatching(/Closing/),
    ]);
    await expectAllRows();
  });

  it('says once that the data folder is gone, creates nothing in its place, and goes on when it is back', async () => {
    const server = new CliProcess(serveArgs('20ms'));
    const endpoint = await server.listening();
    await sendAndFlush(endpoint);
    await rename(data, join(root, 'away'));
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await send(endpoint, -1)).toBe(UNAVAILABLE);
    }
    expect(await readdir(root)).toEqual(['away']);
    await rename(join(root, 'away'), data);
    await sendUntilTaken(endpoint);
    server.kill('SIGINT');
    expect((await server.ended).code).toBe(0);
    expect(linesOf(server)).toEqual([
      jasmine.stringMatching(/^zerobus-local: .*data is gone, or can't be read\. .* Put the folder back, or restart/),
      jasmine.stringMatching(/Closing/),
    ]);
    await expectAllRows();
  });

  for (const path of ['tables', 'tables/main/iot/readings']) {
    it(`says once that ${path} is gone, loses no row that it has acknowledged, and goes on when it is back`, async () => {
      const server = new CliProcess(serveArgs('20ms'));
      const endpoint = await server.listening();
      await sendAndFlush(endpoint);
      await rename(join(data, path), join(root, 'away'));
      for (let temp = 2; (await send(endpoint, temp)) === undefined; temp++) {
        expect(temp).toBeLessThan(1000);
      }
      await expectAsync(send(endpoint, -1)).toBeResolvedTo(INVALID_ARGUMENT);
      await rename(join(root, 'away'), join(data, path));
      await sendUntilTaken(endpoint);
      server.kill('SIGINT');
      expect((await server.ended).code).toBe(0);
      expect(linesOf(server)).toEqual([
        jasmine.stringMatching(/^zerobus-local: main\.iot\.readings takes no records: There is no Delta table at /),
        jasmine.stringMatching(/Closing/),
      ]);
      await expectAllRows();
    });
  }

  it('ends with code 0 if the data folder was deleted while no row waited', async () => {
    const server = new CliProcess(serveArgs('1h'));
    await server.listening();
    await rm(data, { recursive: true });
    server.kill('SIGINT');
    expect((await server.ended).code).toBe(0);
    expect(await readdir(root)).toEqual([]);
  });

  it('does not start on a read-only folder, says how to continue, and answers queries over it', async () => {
    const user = ordinaryUser(MAIN);
    await mkdir(data);
    for (const folder of [root, data]) {
      await chown(folder, user.uid ?? -1, user.gid ?? -1);
    }
    const first = new CliProcess(serveArgs('20ms'), {}, user);
    await send(await first.listening(), 1);
    first.kill('SIGINT');
    await first.ended;
    const entries = await readdir(data, { withFileTypes: true, recursive: true });
    const folders = [
      data,
      ...entries.filter((each) => each.isDirectory()).map((each) => join(each.parentPath, each.name)),
    ];
    for (const entry of entries.filter((each) => each.isFile())) {
      await chmod(join(entry.parentPath, entry.name), 0o444);
    }
    for (const folder of folders) {
      await chmod(folder, 0o555);
    }
    try {
      const { code, stderr } = await CliProcess.run(serveArgs('20ms'), {}, user);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^zerobus-local: .* can't be opened, .*: E(ACCES|ROFS): .*"zerobus-local sql" reads its tables as they are\.\n$/,
      );
      const query = await CliProcess.run(
        ['sql', `SELECT temp FROM ${READINGS}`, '--data', data, '--format', 'csv'],
        {},
        user,
      );
      expect(query).toEqual(jasmine.objectContaining({ code: 0, stderr: '', stdout: 'temp\r\n1\r\n' }));
    } finally {
      for (const folder of folders) {
        await chmod(folder, 0o755);
      }
    }
  });
});
