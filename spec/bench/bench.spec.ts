import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

interface BenchRow {
  readonly case: string;
  readonly subject: string;
  readonly api: string;
  readonly note?: string;
  readonly [metric: string]: unknown;
}

const program = fileURLToPath(new URL('../../bench/main.js', import.meta.url));
/** It starts many processes, one after the other, on a machine that may be busy. */
const PATIENCE_MS = 300_000;

const cases = [
  'json-object-60B',
  'json-string-60B',
  'through-60B',
  'json-object-1KB',
  'json-string-1KB',
  'flights-json',
  'proto-60B',
  'single-await',
  'pipelined',
  'paced-1k',
  'paced-100k',
  'inflight-1M',
  'streams-1-2-4',
  'end-to-end',
  'end-to-end-1KB',
  'footprint',
];
const speeds = ['recordsPerSecond', 'mbPerSecond', 'cpuMicrosPerRecord', 'peakRssMb'];
const ackTimes = ['ackP50Ms', 'ackP99Ms'];
const footprint = ['importMs', 'installedMb'];

function metricsOf(name: string): readonly string[] {
  if (name === 'footprint') {
    return footprint;
  }
  return name === 'inflight-1M' ? [...speeds, 'rssGrowthMb'] : [...speeds, ...ackTimes];
}

describe('npm run bench', () => {
  let folder: string;
  /** The benchmark's temporary files go here too, to check that none is left. */
  let temporary: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bench-spec-'));
    temporary = mkdtempSync(join(folder, 'tmp-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'writes a row with numbers for every case and subject, a table and a picture',
    () => {
      const { status, stdout, stderr } = bench('--quick', '--json', join(folder, 'rows.json'), '--results', folder);
      expect(status).withContext(stderr).toBe(0);
      const rows = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as readonly BenchRow[];

      for (const name of cases) {
        for (const subject of ['ours', 'official', 'floor']) {
          const found = rows.filter((row) => row.case === name && row.subject === subject);
          expect(found.length).withContext(`${name}, ${subject}`).toBeGreaterThan(0);
          for (const row of found) {
            expectNumbers(row);
          }
        }
      }
      expect(new Set(rows.map((row) => row.case))).toEqual(new Set(cases));

      const results = readFileSync(join(folder, 'results.md'), 'utf8');
      for (const { api } of rows) {
        expect(stdout).toContain(api.replaceAll('|', '\\|'));
        expect(results).toContain(api.replaceAll('|', '\\|'));
      }
      expect(stdout).toContain('inflight-1M: RSS growth');
      const picture = readFileSync(join(folder, 'results.svg'), 'utf8');
      expect(picture).toMatch(/^<svg /);
      for (const name of ['rxjs-zerobus', 'json-object-60B', 'end-to-end-1KB']) {
        expect(picture).toContain(name);
      }
      expect(readdirSync(temporary)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('detects endless growth of memory if it is asked to', () => {
    const file = join(folder, 'rows.json');
    const { status, stderr } = bench('--quick', '--cases', 'soak', '--subjects', 'ours', '--json', file);
    expect(status).withContext(stderr).toBe(0);
    const [row] = JSON.parse(readFileSync(file, 'utf8')) as readonly BenchRow[];
    expect(row?.['rssDriftMb']).toEqual(jasmine.any(Number));
  });

  it('compares what listens to the diagnostics channels if it is asked to', () => {
    const file = join(folder, 'rows.json');
    const { status, stdout, stderr } = bench('--quick', '--cases', 'telemetry-60B', '--json', file);
    expect(status).withContext(stderr).toBe(0);
    const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly BenchRow[];
    expect(rows.map(({ api, recordsPerSecond }) => [api, recordsPerSecond])).toEqual([
      ['no listener', jasmine.any(Number)],
      ['OpenTelemetry metrics', jasmine.any(Number)],
      ['metrics and spans', jasmine.any(Number)],
      ['metrics, spans and links', jasmine.any(Number)],
    ]);
    expect(stdout).toContain('telemetry-60B: speed with metrics / without a listener');
  });

  it('runs only the requested part, and writes only the requested files', () => {
    const { status, stdout, stderr } = bench('--quick', '--cases', 'pipelined', '--subjects', 'ours', '--rounds', '2');
    expect(status).withContext(stderr).toBe(0);
    expect(stderr).toContain('[2/2] round 2  pipelined  ours');
    expect(stdout).not.toContain('| official |');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('lists the cases, and refuses an unknown one', () => {
    const help = bench('--help');
    expect(help.status).toBe(0);
    for (const name of cases) {
      expect(help.stdout.replaceAll(/\s+/g, ' ')).toContain(name);
    }
    const wrong = bench('--cases', 'json-object-60B,no-such-case');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('no-such-case is unknown. Use one of json-object-60B');
  });

  it('stops at SIGINT, and leaves no process and no file', async () => {
    const started = spawn(process.execPath, [program, '--quick', '--rounds', '1000'], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // Its children write to the same pipe, which ends when the last of them has ended.
    const closed = once(started, 'close');
    const lines = createInterface({ input: started.stderr });
    const printed: string[] = [];
    lines.on('line', (line) => {
      printed.push(line);
      if (line.startsWith('[3/')) {
        started.kill('SIGINT');
      }
    });
    const [status] = await closed;
    expect(status).toBe(130);
    expect(printed.at(-1)).toBe('bench: interrupted, so nothing was written.');
    expect(readdirSync(temporary)).toEqual([]);
  });

  function bench(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const env = { ...process.env, TMPDIR: temporary };
    return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env });
  }

  function expectNumbers(row: BenchRow): void {
    const context = `${row.case}, ${row.subject}, ${row.api}`;
    if (row.note !== undefined) {
      expect(row.subject).withContext(context).toBe('official');
      expect(row.note).toContain('not installable');
      return;
    }
    for (const metric of metricsOf(row.case)) {
      expect(row[metric]).withContext(`${context}: ${metric}`).toEqual(jasmine.any(Number));
      expect(Number.isFinite(row[metric])).withContext(`${context}: ${metric}`).toBeTrue();
    }
  }
});
