import { argumentsTarget, inputsTarget, sdkTarget } from './arguments.ts';
import type { HandedInTarget } from './handedInTarget.ts';
import { localOptionsTarget } from './localOptions.ts';
import { operatorOptionsTarget } from './operatorOptions.ts';
import { recordsTarget } from './records.ts';

/** What users hand in. */
export const handedInTargets: readonly HandedInTarget[] = [
  recordsTarget,
  operatorOptionsTarget,
  argumentsTarget,
  sdkTarget,
  inputsTarget,
  localOptionsTarget,
];
