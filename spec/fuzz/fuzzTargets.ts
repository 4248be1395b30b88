import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { clientTargets } from './clientTargets.ts';
import type { FuzzTarget } from './fuzzTarget.ts';

/** The compiled targets of zerobus-local, which is another project. */
const SERVER_TARGETS = 'local/build/spec/fuzz/serverTargets.js';

/** Returns the targets of both packages. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  const { serverTargets } = (await import(pathToFileURL(resolve(SERVER_TARGETS)).href)) as {
    readonly serverTargets: readonly FuzzTarget[];
  };
  return [...clientTargets, ...serverTargets];
}
