import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Returns a value, or skips the spec with a reason if there is none. For tools that not every machine has.
 *
 * Only call it in the body of a spec or a `beforeEach`, because jasmine cannot skip in a `beforeAll`.
 *
 * @param value the value that the spec needs, or `undefined` if it is missing
 * @param reason what is missing and how to get it, for the report
 */
export function orSkip<T>(value: T | undefined, reason: string): T {
  if (value === undefined) {
    notApplicable(reason);
  }
  return value as T;
}

/**
 * Loads a package that may not be installed, and skips the spec if it is missing. A package that is installed but fails
 * to load is a failure, not a reason to skip.
 *
 * @param name the name of the package
 * @param reason why it can be missing and how to get it, for the report
 */
export function requireOrSkip(name: string, reason: string): unknown {
  let path: string | undefined;
  try {
    path = require.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') {
      throw error;
    }
  }
  return require(orSkip(path, `${name} is not installed: ${reason}`));
}
