import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKING_TIMEOUT_MS, pack, unpack } from '../support/packedPackage.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';

const SCRIPT = `
  import { map, range } from 'rxjs';
  import { toZerobus } from 'rxjs-zerobus';
  range(100).pipe(map((temp) => ({ temp })), toZerobus('main.iot.readings')).subscribe({
    complete: () => console.log('all of them are durable'),
  });`;

describe('The output of zerobus-local', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-environment-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'can be pasted into a shell, so that a script without options finds the server',
    async () => {
      const unpacked = unpack(pack('.', folder).tarball, folder);
      writeFileSync(join(unpacked, 'script.mjs'), SCRIPT);
      const lines: string[] = [];
      const ports = ['--port', '0', '--http-port', '0'];
      const table = ['--table', 'CREATE TABLE main.iot.readings (temp INT NOT NULL)'];
      const server = await startServerProcess(['--data', join(folder, 'lake'), ...ports, ...table], (line) =>
        lines.push(line),
      );
      try {
        const exports = lines.filter((line) => line.trim().startsWith('export '));
        expect(exports.length).toBe(4);
        const shell = spawnSync('sh', ['-c', `${exports.join('\n')}\n"$0" script.mjs`, process.execPath], {
          cwd: unpacked,
          encoding: 'utf8',
        });
        expect(shell.stderr).toBe('');
        expect(shell.stdout).toBe('all of them are durable\n');
      } finally {
        await stopProcess(server, 'SIGTERM');
      }
    },
    PACKING_TIMEOUT_MS,
  );
});
