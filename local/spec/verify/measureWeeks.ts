/**
 * Measures a table after weeks: as many flushes as asked for, one row each, through the real store. Prints what the
 * table takes on the disk, and how long a start of the server, a query and other readers take, with the memory of each.
 *
 * Run it with `npm run measure:weeks`, for example with `-- --flushes 2000`. `--keep` leaves the data directory there
 * and prints its path, and `--data <dir>` measures an existing one that was made like that. Python readers are measured
 * if `$PYTHON` (`python3` by default) can import them, and chdb if `npm run verify:delta` has installed it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { chdbFolder } from './installChdb.ts';

const TABLE = 'main.iot.readings';
const table = parseCreateTable(`CREATE TABLE ${TABLE} (device STRING, temp INT NOT NULL, at TIMESTAMP)`);
const cli = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

/** Loaded into each measured process: prints its peak of memory and its processor time at the end. */
const USAGE_HOOK =
  'data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();' +
  'process.stderr.write("usage "+u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime)/1e6+"\\n")})';

const { values } = parseArgs({
  options: {
    flushes: { type: 'string', default: '20000' },
    data: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

interface Measurement {
  readonly seconds: number;
  /** Processor time, which does not depend on what else the machine does. */
  readonly processorSeconds: number;
  readonly peakMebibytes: number;
  readonly output: string;
}

/** Runs a process to its end. A server is stopped as soon as it has printed where it listens. */
async function measure(command: string, args: readonly string[], cwd?: string): Promise<Measurement> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
  let output = '';
  let errors = '';
  let seconds: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (seconds === undefined && output.includes('ZEROBUS_ENDPOINT')) {
      seconds = (performance.now() - started) / 1000;
      child.kill('SIGTERM');
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((done) => {
    child.on('close', done);
  });
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} has ended with ${code}: ${errors}`);
  }
  const [, peak, processorSeconds] = /^usage (\d+) ([\d.]+)$/m.exec(errors + output) ?? [];
  return {
    seconds: seconds ?? (performance.now() - started) / 1000,
    processorSeconds: Number(processorSeconds),
    peakMebibytes: Math.round(Number(peak) / 1024),
    output,
  };
}

/** Makes the table, and prints how long a flush took at the beginning and at the end. */
async function makeTable(dataDir: string, flushes: number): Promise<void> {
  const store = await openTableStore({ dataDir, tables: [table], flushIntervalMs: 3_600_000 });
  const times: number[] = [];
  const started = performance.now();
  for (let flush = 0; flush < flushes; flush += 1) {
    const row = `{"device":"d${flush % 10}","temp":${flush},"at":${1_764_000_000_000_000 + flush * 5_000_000}}\n`;
    await store.append(TABLE, Buffer.from(row), 1);
    const before = performance.now();
    await store.flush(TABLE);
    times.push(performance.now() - before);
  }
  await store.close();
  const tenth = Math.max(1, Math.floor(flushes / 10));
  print(`made in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  print(`flush, first tenth: ${percentiles(times.slice(0, tenth))}; last tenth: ${percentiles(times.slice(-tenth))}`);
}

function percentiles(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}

function printSizes(tablePath: string): void {
  const log = join(tablePath, '_delta_log');
  const logFiles = readdirSync(log);
  const bytesIn = (names: readonly string[], folder: string) =>
    names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const dataFiles = readdirSync(tablePath).filter((name) => name.endsWith('.parquet'));
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const commits = logFiles.filter((name) => name.endsWith('.json')).length;
  const checkpoints = logFiles.filter((name) => name.includes('.checkpoint')).length;
  print(`log: ${mebibytes(bytesIn(logFiles, log))}, ${commits} commits, ${checkpoints} checkpoints`);
  print(`data files on the disk: ${dataFiles.length}, ${mebibytes(bytesIn(dataFiles, tablePath))}`);
}

function report(name: string, measurement: Measurement, showsOutput: boolean): void {
  const { seconds, processorSeconds, peakMebibytes, output } = measurement;
  const answer = showsOutput
    ? ` (${output
        .replaceAll(/^usage .*$/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim()})`
    : '';
  print(`${name}: ${seconds.toFixed(2)} s, CPU ${processorSeconds.toFixed(2)} s, ${peakMebibytes} MiB${answer}`);
}

const pythonReaders: Readonly<Record<string, string>> = {
  'delta-rs: the log': 'import deltalake; t = deltalake.DeltaTable(path); print(t.version(), len(t.file_uris()))',
  'delta-rs: count(*)': 'import deltalake; print(deltalake.DeltaTable(path).to_pyarrow_dataset().count_rows())',
  'Polars: count(*)': 'import polars; print(polars.scan_delta(path).select(polars.len()).collect().item())',
};

async function measurePython(tablePath: string): Promise<void> {
  const python = process.env['PYTHON'] ?? 'python3';
  for (const [name, script] of Object.entries(pythonReaders)) {
    const usage =
      'import resource; u = resource.getrusage(resource.RUSAGE_SELF); print("\\nusage", u.ru_maxrss, u.ru_utime + u.ru_stime)';
    try {
      report(
        name,
        await measure(python, ['-c', `import sys; path = sys.argv[1]; ${script}; ${usage}`, tablePath]),
        true,
      );
    } catch (error) {
      const reason = String(error).trim().split('\n').at(-1);
      print(`${name}: skipped, since ${python} can't run it: ${reason}`);
    }
  }
}

async function measureChdb(tablePath: string): Promise<void> {
  const folder = chdbFolder(fileURLToPath(new URL('../../../..', import.meta.url)));
  if (!existsSync(join(folder, 'node_modules', 'chdb'))) {
    print('delta-kernel (chdb): skipped, since it is not installed: run npm run verify:delta once');
    return;
  }
  const script =
    'const chdb = require("node:module").createRequire(process.argv[1] + "/package.json")("chdb");' +
    'console.log(chdb.query("SELECT count() FROM deltaLakeLocal(\'" + process.argv[2] + "\') SETTINGS allow_experimental_delta_kernel_rs = 1", "CSV"))';
  report(
    'delta-kernel (chdb): count(*)',
    await measure(process.execPath, ['--import', USAGE_HOOK, '-e', script, folder, tablePath], tablePath),
    true,
  );
}

function print(line: string): void {
  console.log(line);
}

const dataDir = resolve(values.data ?? mkdtempSync(join(tmpdir(), 'zerobus-weeks-')));
try {
  if (values.data === undefined) {
    await makeTable(dataDir, Number(values.flushes));
  }
  const tablePath = join(dataDir, 'tables', ...TABLE.split('.'));
  printSizes(tablePath);
  const run = ['--import', USAGE_HOOK, cli];
  const server = [...run, '--data', dataDir, '--port', '0', '--http-port', '0'];
  report('start of the server', await measure(process.execPath, server), false);
  const count = [...run, 'sql', `SELECT count(*) AS n FROM ${TABLE}`, '--format', 'csv', '--data', dataDir];
  report('sql: count(*)', await measure(process.execPath, count), true);
  await measurePython(tablePath);
  await measureChdb(tablePath);
} finally {
  if (values.keep) {
    print(`kept in ${dataDir}`);
  } else if (values.data === undefined) {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
