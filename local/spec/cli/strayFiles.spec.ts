import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breakTable } from '../support/brokenTables.ts';
import { CliProcess, MAIN } from '../support/cliProcess.ts';
import { ordinaryUser, type ProcessUser } from '../support/ordinaryUser.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

const BAD_DDL = 'CREATE TABLE main.iot.bad (n BIGINT)';

describe('The zerobus-local command on a folder with what does not belong there', () => {
  let data: string;
  let user: ProcessUser;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "zerobus-local's strays-"));
    user = ordinaryUser(MAIN);
    if (user.uid !== undefined) {
      await chown(data, user.uid, user.uid);
    }
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(data, { recursive: true });
  });

  const serve = (...tables: readonly string[]): CliProcess =>
    new CliProcess(
      [
        ...['--data', data, '--port', '0', '--http-port', '0', '--no-auth', '--flush-interval', '1h'],
        ...tables.flatMap((table) => ['--table', table]),
      ],
      {},
      user,
    );

  async function ingest(endpoint: string, temp: number): Promise<void> {
    const stream = await RawStream.open(endpoint, READINGS);
    stream.sendJson(0, [{ temp }]);
    await stream.acknowledged(0);
  }

  /** A folder that the process may not list, like `lost+found` of root. */
  async function forbid(path: string): Promise<void> {
    await mkdir(path, { mode: 0 });
    if (user.uid !== undefined) {
      await chown(path, user.uid, user.uid);
    }
  }

  async function litter(folder: string): Promise<void> {
    for (const name of ['.DS_Store', 'Thumbs.db', 'notes.txt~', '.readings.swp', '4913', 'backup.tmp', '#notes#']) {
      await writeFile(join(folder, name), 'stray');
    }
    await forbid(join(folder, 'lost+found'));
    await forbid(join(folder, '.Trash-1000'));
    await mkdir(join(folder, '@eaDir', 'readings', '_delta_log'), { recursive: true });
    await mkdir(join(folder, 'System Volume Information'));
    await mkdir(join(folder, 'folder.tmp'));
    await mkdir(join(folder, 'empty'));
    await symlink('/nowhere/at/all', join(folder, 'broken link'));
    await symlink('.', join(folder, 'loop'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await mkdir(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]));
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xc3])]), 'stray');
  }

  async function foldersBelow(path: string): Promise<readonly string[]> {
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return [path, ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))];
  }

  it('starts, answers queries and rescues rows, and says nothing about stray files on any level', async () => {
    if (process.platform !== 'linux') {
      pending('needs file names that are not UTF-8');
    }
    const first = serve(READINGS_DDL);
    await ingest(await first.listening(), 1);
    first.kill('SIGINT');
    await first.ended;
    const second = serve(READINGS_DDL);
    await ingest(await second.listening(), 2);
    second.kill('SIGKILL');
    await second.ended;
    for (const folder of await foldersBelow(data)) {
      await litter(folder);
    }
    const rescued = await CliProcess.run(['rescue', data], {}, user);
    expect([rescued.code, rescued.stdout]).toEqual([0, '{"temp":2}\n']);
    expect(rescued.stderr).not.toMatch(/can't|EACCES/);

    const server = serve(READINGS_DDL);
    await ingest(await server.listening(), 3);
    server.kill('SIGINT');
    const { code, stderr, stdout } = await server.ended;
    expect([code, stderr.split('\n')]).toEqual([0, [jasmine.stringMatching(/Closing after the last flush/), '']]);
    expect(stdout).toMatch(/Tables:\n {2}main\.iot\.readings [^\n]*\n\n/);
    const query = await CliProcess.run(
      ['sql', `SELECT temp FROM ${READINGS} ORDER BY 1`, '--data', data, '--format', 'csv'],
      {},
      user,
    );
    expect(query).toEqual(jasmine.objectContaining({ code: 0, stderr: '', stdout: 'temp\r\n1\r\n2\r\n3\r\n' }));
    expect(await readdir(join(data, 'wal/main/iot/readings'))).toContain('backup.tmp');
  }, 60_000);

  it('leaves out each table and folder that it can not read with one line, and serves the rest', async () => {
    const kinds = Object.entries(breakTable);
    const first = serve(READINGS_DDL, BAD_DDL, ...kinds.map(([kind]) => `CREATE TABLE main.broken.${kind} (n BIGINT)`));
    const endpoint = await first.listening();
    await ingest(endpoint, 1);
    for (const [kind] of kinds) {
      const stream = await RawStream.open(endpoint, `main.broken.${kind}`);
      stream.sendJson(0, [{ n: 1 }]);
      await stream.acknowledged(0);
    }
    first.kill('SIGINT');
    await first.ended;
    for (const [kind, inflict] of kinds) {
      await inflict(join(data, 'tables/main/broken', kind));
    }
    for (const folder of [
      'tables/main/secret',
      'tables/secret',
      'wal/main/secret',
      'wal/secret',
      'tables/main/iot/hidden',
    ]) {
      await forbid(join(data, folder));
    }
    for (const folder of await foldersBelow(join(data, 'tables/main/broken'))) {
      if (user.uid !== undefined) {
        execFileSync('chown', ['-R', String(user.uid), folder]);
      }
    }
    const server = serve(
      READINGS_DDL,
      BAD_DDL,
      'CREATE TABLE main.secret.t (n BIGINT)',
      'CREATE TABLE main.iot.more (n BIGINT)',
    );
    await ingest(await server.listening(), 2);
    server.kill('SIGINT');
    const { code, stderr } = await server.ended;
    expect(code).withContext(stderr).toBe(0);
    const lines = stderr.trimEnd().split('\n').slice(0, -1);
    const left = lines.map((line) =>
      /^zerobus-local: (?:The tables in )?(.+?) (?:can't|takes no)/.exec(line)?.[1]?.replace(data, ''),
    );
    expect(left.sort())
      .withContext(stderr)
      .toEqual(
        [
          ...kinds.map(([kind]) => `main.broken.${kind}`),
          ...['/tables/main/secret', '/tables/secret', '/wal/secret', 'main.iot.hidden', 'main.secret.t'],
        ].sort(),
      );
    expect(lines.filter((line) => !line.endsWith('.'))).toEqual([]);
    const query = await CliProcess.run(
      ['sql', `SELECT count(*)::INT AS rows FROM ${READINGS}`, '--data', data, '--format', 'csv'],
      {},
      user,
    );
    expect(query).toEqual(jasmine.objectContaining({ code: 0, stderr: '', stdout: 'rows\r\n2\r\n' }));
    const hidden = await CliProcess.run(['sql', 'SELECT n FROM main.secret.t', '--data', data], {}, user);
    expect([hidden.code, hidden.stdout]).toEqual([1, '']);
    expect(hidden.stderr).toMatch(/does not exist.* Folders that can't be read: .*tables\/main\/secret: EACCES/);
    const rescued = await CliProcess.run(['rescue', data], {}, user);
    expect([rescued.code, rescued.stdout]).toEqual([1, '']);
    expect(rescued.stderr.match(/can't be read, and may hold acknowledged rows/g)?.length).toBe(2);
  }, 60_000);
});
