import process from 'node:process';
import { checkInput } from './checkInput.ts';
import type { FuzzTarget } from './fuzzTarget.ts';
import { fuzzTargets } from './fuzzTargets.ts';

const target = (await fuzzTargets()).find(({ name }) => name === process.env['FUZZ_TARGET']) as FuzzTarget;

/** Called by Jazzer.js with each input. */
export async function fuzz(input: Buffer): Promise<void> {
  await checkInput(target, input);
}
