import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { keepInput, readCorpus } from './corpus.ts';
import type { FuzzResult } from './fuzzResult.ts';
import type { FuzzTarget } from './fuzzTarget.ts';
import { fuzzTargets } from './fuzzTargets.ts';
import type { ProgressLine } from './progressLine.ts';
import { shrinkInput } from './shrinkInput.ts';

const JAZZER = '@jazzer.js/core@4.0.0';
const MAX_LENGTH = 65_536;
const HANG_SECONDS = 30;
const MAX_MEMORY_MEBIBYTES = 1500;
/** Inputs that have reached new code. They are kept from run to run, and not committed. */
const FOUND = '.fuzz';

/** @returns why inputs can't be found by coverage, with the way out. Undefined if they can */
export function coverageProblem(): string | undefined {
  const wayOut = 'Inputs are drawn by fast-check instead.';
  try {
    const { status } = spawnSync(process.execPath, [jazzerPath(), '--help'], { stdio: 'ignore' });
    return status === 0
      ? undefined
      : `Jazzer.js does not run on this machine: on Linux, it needs glibc 2.38 or later. ${wayOut}`;
  } catch {
    return `To find inputs by coverage, install Jazzer.js: npm install --no-save ${JAZZER}. ${wayOut}`;
  }
}

function jazzerPath(): string {
  return join(createRequire(import.meta.url).resolve('@jazzer.js/core'), '../cli.js');
}

/** Fuzzes a target with inputs that Jazzer.js finds by coverage, until the first finding. */
export async function coverageFuzz(
  name: string,
  minutes: number,
  seed: number,
  line: ProgressLine,
): Promise<FuzzResult> {
  const target = (await fuzzTargets()).find((each) => each.name === name) as FuzzTarget;
  const folder = mkdtempSync(join(tmpdir(), 'zerobus-fuzz-'));
  try {
    const [found, given, wrong] = [join(FOUND, name), join(folder, 'given'), join(folder, 'wrong')];
    for (const each of [found, given, wrong]) {
      mkdirSync(each, { recursive: true });
    }
    [...target.seeds, ...readCorpus(name).values()].forEach((each, index) => {
      writeFileSync(join(given, String(index)), each);
    });
    const words = join(folder, 'words');
    writeFileSync(words, (target.words ?? []).map((word) => `"${escaped(word)}"\n`).join(''));
    const limits = [`-max_total_time=${Math.ceil(minutes * 60)}`, `-seed=${seed}`, `-max_len=${MAX_LENGTH}`];
    const bounds = [`-timeout=${HANG_SECONDS}`, `-rss_limit_mb=${MAX_MEMORY_MEBIBYTES}`, `-dict=${words}`];
    const entry = fileURLToPath(new URL('./coverageEntry.js', import.meta.url));
    const child = spawn(
      process.execPath,
      [
        ...[jazzerPath(), entry, found, given, '--timeout', String(HANG_SECONDS * 1000), '-i', 'build/lib/'],
        ...['-i', 'build/operators/', '-i', 'local/build/lib/', '--disableBugDetectors', '.*', '--'],
        ...[...limits, ...bounds, `-artifact_prefix=${wrong}/`],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, FUZZ_TARGET: name } },
    );
    const exit = once(child, 'exit');
    let inputCount = 0;
    let coverage = 0;
    let problem = '';
    for await (const text of createInterface({ input: child.stderr })) {
      const [, inputs, edges] = /^#(\d+)\s.*cov: (\d+)/.exec(text) ?? [];
      inputCount = Math.max(inputCount, Number(inputs ?? 0), Number(/^Done (\d+) runs/.exec(text)?.[1] ?? 0));
      coverage = Math.max(coverage, Number(edges ?? 0));
      problem = /Uncaught Exception|ERROR: libFuzzer|Error:/.exec(text) && problem === '' ? text : problem;
      line.show({ inputCount, coverage, findings: [] });
    }
    const findings: string[] = [];
    for (const file of readdirSync(wrong)) {
      const small = await shrinkInput(target, readFileSync(join(wrong, file)));
      findings.push(`${problem} ${keepInput(name, small)}`);
    }
    const [code, signal] = await exit;
    if (findings.length === 0 && code !== 0) {
      findings.push(`Jazzer.js ends with ${code ?? signal}. ${problem}`);
    }
    return { inputCount, coverage, findings };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The form of libFuzzer's dictionaries. */
function escaped(word: string): string {
  return [...Buffer.from(word)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
