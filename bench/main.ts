import { writeFile } from 'node:fs/promises';
import { fullScale, quickScale } from './benchCase.ts';
import { benchOptions } from './benchOptions.ts';
import { benchCases } from './cases.ts';
import { machineLine } from './report/machine.ts';
import { quantity } from './report/quantity.ts';
import { ratios } from './report/ratios.ts';
import { ratiosTable } from './report/ratiosTable.ts';
import { rowsTable } from './report/rowsTable.ts';
import { writeResults } from './report/writeResults.ts';
import { type Progress, runBench } from './runBench.ts';

/** The expected exit code of a process that was ended by SIGINT. */
const INTERRUPTED = 130;

// The clients inherit this: a proxy for the outside world does not lead to this machine.
process.env['no_grpc_proxy'] = '127.0.0.1,localhost';

const names = benchCases(fullScale).map(({ name }) => name);
const options = benchOptions(process.argv.slice(2), names);
const interruption = new AbortController();
// `on` instead of `once`, because npm forwards the signal that the terminal has already sent.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort());
}

try {
  await main();
} catch (error) {
  if (interruption.signal.aborted) {
    process.stderr.write('bench: interrupted, so nothing was written.\n');
    process.exitCode = INTERRUPTED;
  } else {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const { quick, rounds, json, results } = options;
  const scale = quick ? quickScale : fullScale;
  const cases = benchCases(scale)
    .filter(({ name, isOnDemand }) => options.cases?.includes(name) ?? isOnDemand !== true)
    .map((each) => ({ ...each, entries: each.entries.filter(({ subject }) => options.subjects.includes(subject)) }));
  const machine = machineLine();
  process.stderr.write(`bench: ${cases.length} cases, ${rounds} rounds, on ${machine}\n`);
  const rows = await runBench({ cases, scale, rounds, signal: interruption.signal, onProgress: showProgress });

  process.stdout.write(`\n${machine}\n\n${rowsTable(rows)}\n`);
  const targets = ratios(rows);
  if (targets.length > 0) {
    process.stdout.write(`\n${ratiosTable(targets)}\n`);
  }
  if (quick) {
    process.stdout.write('\nThis was a quick run. It shows that everything runs, but its numbers mean nothing.\n');
  }
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(rows, undefined, 2)}\n`);
  }
  if (results !== undefined) {
    await writeResults(results, rows, machine);
  }
}

function showProgress({ done, total, round, case: name, entry, sample }: Progress): void {
  const speed = sample.recordsPerSecond === undefined ? '' : `  ${quantity(sample.recordsPerSecond)} rec/s`;
  process.stderr.write(`[${done}/${total}] round ${round}  ${name}  ${entry.subject}  ${entry.api}${speed}\n`);
}
