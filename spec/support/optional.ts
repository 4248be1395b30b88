import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Gives a value back, or skips the spec with a reason where there is none: for tools that not every machine has.
 *
 * Only for the body of a spec or a `beforeEach`: jasmine knows no skipping in a `beforeAll`.
 *
 * @param value what the spec needs, `undefined` where it isn't there
 * @param reason what is missing and how to get it; printed in the report
 */
export function orSkip<T>(value: T | undefined, reason: string): T {
  if (value === undefined) {
    notApplicable(reason);
  }
  return value as T;
}

/**
 * Loads a package that may not be installed, and skips the spec where it isn't. A package that is installed and fails
 * to load is a failure, not a reason to skip.
 *
 * @param name the package's name
 * @param reason why it can be missing and how to get it; printed in the report
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
