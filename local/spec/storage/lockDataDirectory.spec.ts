import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDataDirectory } from '../../lib/storage/lockDataDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

describe('lockDataDirectory', () => {
  const directory = useTemporaryDirectory();
  let data: string;
  let linked: string;

  beforeEach(async () => {
    [data, linked] = [join(directory(), 'data'), join(directory(), 'link')];
    await mkdir(data);
    await symlink(data, linked);
  });

  afterEach(() => CliProcess.killAll());

  it('stands for one holder in a process, by whatever path', async () => {
    for (const [first, second] of [
      [data, linked],
      [linked, data],
      [data, join(linked, '..', 'link', '.')],
    ] as const) {
      const unlock = await lockDataDirectory(first);
      await expectAsync(lockDataDirectory(second)).toBeRejectedWithError(/is already open in this process/);
      unlock();
      (await lockDataDirectory(second))();
    }
  });

  it('stands for one process, by whatever path', async () => {
    const ports = ['--port', '0', '--http-port', '0'];
    const server = new CliProcess(['--data', linked, ...ports]);
    await server.listening();
    const second = await CliProcess.run(['--data', data, ...ports]);
    expect([second.code, second.stderr]).toEqual([1, jasmine.stringMatching(/is already open in process \d+/)]);
    await expectAsync(lockDataDirectory(data)).toBeRejectedWithError(/is already open in process \d+/);
    server.kill('SIGINT');
    await server.ended;
    (await lockDataDirectory(data))();
  }, 30_000);
});
