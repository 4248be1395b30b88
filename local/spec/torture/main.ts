/**
 * The full torture of the storage: a crash at every call of a scenario, then kills under load with other writers. Run
 * it with `npm run torture`, for example with `-- --kills 50 --seed 7`. `--skip-calls` only runs the kills. `--without
 * feature,folder` omits kinds of actions, by the names at the beginning of each problem (`folder` means all copies and
 * moves). Exits with 1 if a row is lost or doubled, or if anything else is wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import { ChildRun } from './childRun.ts';
import { crashAtPoints, crashPoint, crashPointText, failureKindsOf, scenarioCalls } from './crashPoints.ts';
import { SeededRandom } from './seededRandom.ts';
import { torture } from './torture.ts';

/** Flushes of the scenario, enough for a checkpoint. */
const FLUSHES = 12;
/** Most problems that are printed in full. */
const MOST_PRINTED = 100;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    without: { type: 'string', default: '' },
    'skip-calls': { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'zerobus torture-'));
let printed = 0;

function cleanUp(): void {
  ChildRun.killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

process.on('SIGINT', () => {
  cleanUp();
  process.exit(130);
});

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function printProblem(text: string): void {
  printed += 1;
  if (printed <= MOST_PRINTED) {
    print(`- ${text}`);
  }
}

/** Shows the progress: in place on a terminal, and occasionally elsewhere. */
function printProgress(text: string, step: number): void {
  if (process.stdout.isTTY) {
    process.stdout.write(`\r${text}\u001b[K`);
  } else if (step > 0 && step % 50 === 0) {
    print(text);
  }
}

/** Crashes at every call. Returns whether everything was right. */
async function crashEverywhere(): Promise<boolean> {
  const database = await ForeignDatabase.open();
  const random = new SeededRandom(seed);
  const setting = { database, folder, flushes: FLUSHES };
  const { calls } = await scenarioCalls(setting);
  const points = calls.flatMap((call) => failureKindsOf(call).map((kind) => crashPoint(call, kind, random)));
  let done = 0;
  let reached = 0;
  let bad = 0;
  let lost = 0;
  let doubled = 0;
  await crashAtPoints(setting, points, availableParallelism(), (point, outcome) => {
    done += 1;
    reached += outcome.wasReached ? 1 : 0;
    lost += outcome.lost;
    doubled += outcome.doubled;
    if (outcome.problems.length > 0) {
      bad += 1;
      printProblem(`${crashPointText(point, calls[point.failure.at - 1])}: ${outcome.problems.join('; ')}`);
    }
    printProgress(`${done} of ${points.length} crash points, ${bad} with problems`, done);
  });
  database.close();
  printProgress('', 0);
  print(`calls=${calls.length} crashes=${reached} lost=${lost} doubled=${doubled} problems=${bad}`);
  return bad === 0;
}

async function killUnderLoad(): Promise<boolean> {
  let printedProblems = 0;
  const outcome = await torture({
    folder: join(folder, 'load'),
    kills: Number(values.kills),
    seed,
    excluded: new Set(values.without.split(',')),
    onProgress: (round, kills, actions, findings) => {
      for (const problem of findings.problems.slice(printedProblems)) {
        printProblem(`round ${round} [${actions.join(', ')}]: ${problem}`);
      }
      printedProblems = findings.problems.length;
      printProgress(`round ${round}, ${kills} kills, lost=${findings.lost} doubled=${findings.doubled}`, round);
    },
  });
  outcome.problems.slice(printedProblems).forEach(printProblem);
  printProgress('', 0);
  print(
    `kills=${outcome.kills} acknowledged=${outcome.acknowledged} rows=${outcome.rows} lost=${outcome.lost} ` +
      `doubled=${outcome.doubled} problems=${outcome.problems.length}`,
  );
  return outcome.problems.length === 0;
}

print(`seed=${seed}`);
try {
  const isCrashProof = values['skip-calls'] || (await crashEverywhere());
  const isKillProof = await killUnderLoad();
  process.exitCode = isCrashProof && isKillProof ? 0 : 1;
} finally {
  cleanUp();
}
