import { engineMutants } from './engineMutants.ts';
import { foundMutants } from './foundMutants.ts';
import type { Mutant } from './mutant.ts';

/** All ways in which the client is broken on purpose. */
export const mutants: readonly Mutant[] = [...engineMutants, ...foundMutants];
