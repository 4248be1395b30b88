import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('main.js', import.meta.url));

describe('npm run chaos', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rxjs-zerobus-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('prints its seed, and after Ctrl-C a report of what was done, and leaves nothing behind', async () => {
    const report = join(folder, 'report.md');
    const temporary = await mkdtemp(join(folder, 'temporary-'));
    const args = ['--only', 'kills,reset', '--kills', '60', '--jobs', '1', '--seed', '42', '--report', report];
    const chaos = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TMPDIR: temporary },
    });
    const closed = once(chaos, 'close');
    chaos.stdout.once('data', () => chaos.kill('SIGINT'));
    const [output, [code]] = await Promise.all([text(chaos.stdout), closed]);
    expect(code).toBe(130);
    expect(output).toMatch(/^seed 42,/);
    expect(output).toContain('It was interrupted');
    const written = await readFile(report, 'utf8');
    expect(written).toMatch(/\| kills \| 1 \| [01] \|/);
    expect(written).toContain('| reset | 0 | 0 |');
    expect(await readdir(temporary)).toEqual([]);
  }, 60_000);

  it('refuses kinds that it does not know, and names those that it does', async () => {
    const chaos = spawn(process.execPath, [program, '--only', 'fire'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const closed = once(chaos, 'close');
    expect(await text(chaos.stderr)).toContain('fire is unknown. Use some of kills, delay, cut, reset,');
    expect(await closed).toEqual([1, null]);
  });
});
