/**
 * Kills zerobus-local under load, and breaks the connections to it: `npm run chaos`, for example with
 * `-- --kills 50 --only kills,reset --seed 7`. Exits with 1 if a row is lost, or if anything else is wrong.
 */
import { writeFile } from 'node:fs/promises';
import { machineLine } from '../../bench/report/machine.ts';
import { chaosOptions } from './chaosOptions.ts';
import { compact, report } from './report/report.ts';
import { showProgress } from './report/showProgress.ts';
import { runChaos } from './runChaos.ts';
import { hasDeltaRs } from './tables/readByDeltaRs.ts';

/** The expected exit code of a process that was ended by SIGINT. */
const INTERRUPTED = 130;

// A proxy of the environment does not lead to this machine.
for (const name of Object.keys(process.env).filter((each) => /_proxy$/i.test(each))) {
  delete process.env[name];
}

const options = chaosOptions(process.argv.slice(2));
const { kills, runs, only, seed } = options;
const interruption = new AbortController();
// `on` instead of `once`, because npm forwards the signal that the terminal has already sent.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort());
}

const [begin] = new Date().toISOString().split('T');
process.stdout.write(`seed ${seed}, ${hasDeltaRs ? 'read by delta-rs, too' : 'delta-rs is not installed'}\n`);
const progress = showProgress(only.reduce((sum, kind) => sum + (kind === 'kills' ? kills : runs), 0));
const startedAt = performance.now();
const all = await runChaos({
  ...options,
  signal: interruption.signal,
  onStep: progress.step,
  onFindings: (found) => {
    const each = [...found.values()];
    progress.found(
      each.reduce((sum, { lost }) => sum + lost, 0),
      each.reduce((sum, { problems }) => sum + problems.length, 0),
    );
  },
});
progress.stop();

const written = text(((performance.now() - startedAt) / 60_000).toFixed(1));
process.stdout.write(`\n${written}`);
if (options.report !== undefined) {
  await writeFile(options.report, compact(written));
}
if (interruption.signal.aborted) {
  process.exitCode = INTERRUPTED;
} else if ([...all.values()].some(({ problems }) => problems.length > 0)) {
  process.exitCode = 1;
}

function text(minutes: string): string {
  const how = `Seed ${seed}, ${begin}, ${minutes} minutes, ${machineLine()}.`;
  const interrupted = interruption.signal.aborted ? ' It was interrupted: these are the results until then.' : '';
  return `${how}${interrupted}\n\n${report(all)}\n`;
}
