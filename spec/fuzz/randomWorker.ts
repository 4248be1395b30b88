import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { anyInput } from './anyInput.ts';
import { checkInput } from './checkInput.ts';
import { keepInput, readCorpus } from './corpus.ts';
import type { FuzzTarget } from './fuzzTarget.ts';
import { fuzzTargets } from './fuzzTargets.ts';
import { handedInTargets } from './handedIn/handedInTargets.ts';
import { SharedInput } from './sharedInput.ts';
import { shrinkInput } from './shrinkInput.ts';

/** What a worker of `randomFuzz` does. */
export interface RandomTask {
  readonly name: string;
  readonly seed: number;
  /** How long to draw inputs, after everything is loaded. */
  readonly minutes: number;
  readonly shared: SharedArrayBuffer;
}

/** The message that `randomFuzz` takes for the end. */
const OVER = 'over';

/** Inputs that are drawn from one seed. */
const RUNS = 500;

/** The time that the last input may take to clean up. */
const LEAVING_TURNS = 100;
const LEAVING_TURN_MS = 100;

const { name, seed, minutes, shared } = workerData as RandomTask;
const input = new SharedInput(shared);
const handedIn = handedInTargets.find((each) => each.name === name);
const bytes = (await fuzzTargets()).find((each) => each.name === name);
const untilMs = Date.now() + minutes * 60_000;

if (handedIn !== undefined) {
  await draw(() => handedIn.property(() => input.begin()));
  const left = await leftBehind();
  if (left.length > 0) {
    parentPort?.postMessage(`${name} leaves behind: ${left.join(', ')}.`);
  }
} else if (bytes !== undefined) {
  const inputs = anyInput(bytes, [...readCorpus(name).values()]);
  await draw(() => fc.asyncProperty(inputs, (each) => check(bytes, each)), false);
}
// A timer or a socket that was left behind would keep the worker alive.
parentPort?.postMessage(OVER);

/** @returns the timers and sockets that are there still, some seconds after the last input */
async function leftBehind(): Promise<readonly string[]> {
  for (let turn = 0; turn < LEAVING_TURNS; turn++) {
    await delay(LEAVING_TURN_MS);
    if (active().length === 0) {
      break;
    }
  }
  return active();
}

function active(): readonly string[] {
  return process.getActiveResourcesInfo().filter((each) => /^(?:Timeout|TCP|TLS|Pipe)/.test(each));
}

/** Draws inputs until the time is over, or until there is a finding, which is sent to the parent. */
async function draw(property: () => fc.IRawProperty<unknown>, shrinks = true): Promise<void> {
  for (let round = 0; Date.now() < untilMs; round++) {
    const parameters = {
      seed: seed + round,
      numRuns: RUNS,
      interruptAfterTimeLimit: Math.max(1, untilMs - Date.now()),
    };
    const result = await fc.check(property(), { ...parameters, endOnFailure: !shrinks });
    if (result.failed) {
      const counterexample = shrinks ? ` Seed ${seed + round}, ${fc.stringify(result.counterexample)}.` : '';
      parentPort?.postMessage(`${String(result.errorInstance)}${counterexample}`);
      return;
    }
  }
}

async function check(target: FuzzTarget, each: Buffer): Promise<void> {
  input.begin(each);
  try {
    await checkInput(target, each);
  } catch (error) {
    const small = await shrinkInput(target, each);
    throw new Error(`${String(error)} ${keepInput(name, small)}`);
  }
}
