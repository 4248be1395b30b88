import { inspect } from 'node:util';

/** Describes any value, also one that throws when it is looked at. */
export function described(value: unknown): string {
  try {
    return inspect(value, { depth: 3, breakLength: 120, showProxy: true, getters: false }).slice(0, 2000);
  } catch {
    return `a ${typeof value} that can't be inspected`;
  }
}
