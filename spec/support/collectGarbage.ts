import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Frees all memory that nothing refers to, so that what is in use can be compared. */
export function collectGarbage(): void {
  gc();
}
