/**
 * What a function throws.
 *
 * @param act is expected to throw; where it does not, the spec fails
 */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('Expected an exception, but none was thrown');
}
