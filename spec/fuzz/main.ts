/**
 * Fuzzes what is read, and what users hand in: `npm run fuzz -- --minutes 60 --target ddl,request --seed 7`. Inputs are
 * found by coverage with Jazzer.js for half of the time if it is installed, and drawn by fast-check for the rest, or
 * for all of it with `--random`. A target ends at a finding, which is kept in the corpus, so that `npm test` replays
 * it. Exits with 1 if there is one.
 */
import { parseArgs } from 'node:util';
import { coverageFuzz, coverageProblem } from './coverageFuzz.ts';
import type { FuzzResult } from './fuzzResult.ts';
import { fuzzTargets } from './fuzzTargets.ts';
import { handedInTargets } from './handedIn/handedInTargets.ts';
import { ProgressLine } from './progressLine.ts';
import { randomFuzz } from './randomFuzz.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    random: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const byName = new Map<string, 'bytes' | 'values'>([
  ...(await fuzzTargets()).map(({ name }) => [name, 'bytes'] as const),
  ...handedInTargets.map(({ name }) => [name, 'values'] as const),
]);
const names = values.target === '' ? [...byName.keys()] : values.target.split(',');
const unknown = names.filter((name) => !byName.has(name));

async function run(): Promise<number> {
  if (!(minutes > 0) || !Number.isInteger(seed) || unknown.length > 0) {
    process.stderr.write(
      `--minutes is a number above 0, --seed an integer, and --target a list of ${[...byName.keys()].join(', ')}.\n`,
    );
    return 2;
  }
  const problem = values.random ? undefined : coverageProblem();
  if (problem !== undefined) {
    process.stdout.write(`${problem}\n`);
  }
  process.stdout.write(`${minutes} minutes for each of ${names.length} targets, seed ${seed}\n`);
  const results: FuzzResult[] = [];
  for (const name of names) {
    const line = new ProgressLine(name, minutes);
    const isGuided = byName.get(name) === 'bytes' && problem === undefined && !values.random;
    const guided = isGuided ? await coverageFuzz(name, minutes / 2, seed, line) : undefined;
    const drawn = await randomFuzz(name, isGuided ? minutes / 2 : minutes, seed, line);
    const result = guided === undefined ? drawn : withResult(guided, drawn);
    line.end(result);
    results.push(result);
  }
  const findings = results.flatMap((result) => result.findings);
  process.stdout.write(`${findings.length} findings\n${findings.map((text) => `- ${text}\n`).join('')}`);
  return findings.length === 0 ? 0 : 1;
}

function withResult({ inputCount, findings, ...guided }: FuzzResult, drawn: FuzzResult): FuzzResult {
  return {
    ...guided,
    inputCount: inputCount + drawn.inputCount,
    findings: [...findings, ...drawn.findings],
  };
}

process.exitCode = await run();
