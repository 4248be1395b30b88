/**
 * Returns the value that a function throws.
 *
 * @param act the function. The spec fails if it does not throw
 */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('Expected the function to throw, but it returned.');
}
