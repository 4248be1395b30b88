import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTable } from '../../lib/sql/readTable.ts';
import { CliProcess, type CliResult } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

const HOOK = new URL('../support/refuseCalls.js', import.meta.url).href;

describe('The zerobus-local command on a mount that can not do everything', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'zerobus-local-mount-'));
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(data, { recursive: true });
  });

  const serve = (refusals: Readonly<Record<string, string>>): CliProcess =>
    new CliProcess(
      [
        ...['--data', data, '--port', '0', '--http-port', '0', '--no-auth', '--flush-interval', '10ms'],
        ...['--table', READINGS_DDL, '--table', 'CREATE TABLE main.iot.other (n INT)'],
      ],
      { ...refusals, NODE_OPTIONS: `--import ${HOOK}` },
    );

  /** Sends rows, some of which another run flushes after a kill. */
  async function ingestTwice(refusals: Readonly<Record<string, string>>): Promise<CliResult> {
    const killed = serve(refusals);
    const first = await RawStream.open(await killed.listening(), READINGS);
    first.sendJson(0, [{ temp: 1 }, { temp: 2 }]);
    await first.acknowledged(0);
    killed.kill('SIGKILL');
    await killed.ended;
    const server = serve(refusals);
    const second = await RawStream.open(await server.listening(), READINGS);
    for (let offset = 0; offset < 20; offset++) {
      second.sendJson(offset, [{ temp: 3 + offset }]);
      await second.acknowledged(offset);
    }
    server.kill('SIGTERM');
    return server.ended;
  }

  async function expectAllRows(): Promise<void> {
    const tablePath = join(data, 'tables/main/iot/readings');
    const { rows } = await readTable(tablePath, 'SELECT temp FROM this ORDER BY temp');
    expect(rows.map(([temp]) => temp)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
    expect((await readdir(join(tablePath, '_delta_log'))).filter((name) => name.startsWith('.'))).toEqual([]);
  }

  for (const code of ['EINVAL', 'EBADF', 'ENOTSUP', 'EPERM', 'EISDIR']) {
    it(`says once that folders can not be synced, and stores every row, if fsync of a folder fails with ${code}`, async () => {
      const { code: exitCode, stderr } = await ingestTwice({ REFUSE_FOLDER_SYNC: code });
      expect(exitCode).toBe(0);
      expect(stderr.trimEnd().split('\n')).toEqual([
        jasmine.stringMatching(
          new RegExp(`^zerobus-local: The file system of .* can't sync folders \\(${code}\\)\\. `),
        ),
        jasmine.stringMatching(/Closing after the last flush/),
      ]);
      await expectAllRows();
    });
  }

  for (const code of ['EIO', 'ENOSPC']) {
    it(`does not acknowledge any row if fsync of a folder fails with ${code}`, async () => {
      const first = serve({});
      await first.listening();
      first.kill('SIGTERM');
      await first.ended;
      const server = serve({ REFUSE_FOLDER_SYNC: code });
      const endpoint = await server.listening();
      await expectAsync(RawStream.open(endpoint, READINGS)).toBeRejectedWithError(/: 14 .* until the disk permits it/);
    });
  }

  for (const code of ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL', 'EACCES']) {
    it(`stores every row if hard links fail with ${code}`, async () => {
      const { code: exitCode, stderr } = await ingestTwice({ REFUSE_LINK: code });
      expect([exitCode, stderr.trimEnd()]).toEqual([0, jasmine.stringMatching(/^zerobus-local: Closing[^\n]*$/)]);
      await expectAllRows();
    });
  }
});
