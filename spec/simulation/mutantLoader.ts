import type { LoadHook } from 'node:module';
import type { Mutant } from './mutant.ts';

let mutant: Mutant | undefined;

/** Called with the mutant, before anything is loaded. */
export function initialize(data: Mutant): void {
  mutant = data;
}

/** Loads a module, with the edit of the mutant if it is the one that is broken. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  if (mutant === undefined || !url.endsWith(`/build/${mutant.file}`)) {
    return loaded;
  }
  const code = String(loaded.source);
  if (code.split(mutant.from).length !== 2) {
    throw new Error(`The mutant "${mutant.name}" does not fit ${mutant.file}: correct its edit.`);
  }
  // A function, so that nothing in the edit has a meaning.
  return { ...loaded, source: code.replace(mutant.from, () => mutant?.to ?? '') };
};
