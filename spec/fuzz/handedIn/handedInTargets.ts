import type { HandedInTarget } from './handedInTarget.ts';
import { recordsTarget } from './records.ts';

/** What users hand in. */
export const handedInTargets: readonly HandedInTarget[] = [recordsTarget];
