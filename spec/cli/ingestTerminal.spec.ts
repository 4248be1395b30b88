import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { environmentOf } from '../support/ingestRun.ts';
import { orSkip } from '../support/optional.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../support/startServer.ts';

/** The command that gives a program a terminal, if it is that of util-linux. */
function scriptCommand(): string | undefined {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return stdout?.includes('util-linux') ? 'script' : undefined;
}

describe('rxjs-zerobus ingest on a terminal', () => {
  let started: StartedServer;
  let folder: string;

  beforeAll(async () => {
    started = await startServer();
    folder = mkdtempSync(join(tmpdir(), 'zerobus-ingest-'));
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await started.server.close();
  });

  it('shows a bar, and makes what it has read durable at Ctrl-C', async () => {
    const script = orSkip(scriptCommand(), 'script of util-linux is not installed, which makes a terminal');
    const path = join(folder, 'a.ndjson');
    writeFileSync(path, Array.from({ length: 5000 }, (_, temp) => `{"temp":${temp}}\n`).join(''));
    const command = `stty columns 120; '${process.execPath}' '${resolve('bin/rxjsZerobus.js')}' ingest a.ndjson --table ${READINGS_TABLE} --rate 500`;
    const terminal = spawn(script, ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, ...environmentOf(started), TERM: 'xterm', SHELL: '/bin/sh', COLUMNS: '120' },
    });
    const output = text(terminal.stdout);
    const exited = once(terminal, 'exit');
    const { activity } = started.server;
    await activity.until(({ recordsAccepted }) => recordsAccepted >= 300);
    terminal.stdin.write('\x03');
    const [exitCode] = await exited;
    terminal.stdin.end();
    const shown = await output;
    expect(exitCode).toBe(130);
    expect(shown).toMatch(/[█░]{20} \d+% [\d.]+ k?B of \d+\.\d kB, [\d,]+ records, [\d,]+ durable, [\d,]+\/s/);
    expect(shown).toContain('Reading has ended. What was read becomes durable.');
    const durable = /([\d,]+) records are durable in main\.iot\.readings, /.exec(shown)?.[1];
    expect(Number(durable?.replace(',', ''))).toBe(activity.counters.recordsAccepted);
  });
});
