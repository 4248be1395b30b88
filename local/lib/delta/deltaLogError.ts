/** A Delta log that can't be read or written by this writer: damaged, of an unsupported feature, or changed under it. */
export class DeltaLogError extends Error {
  override readonly name: string = 'DeltaLogError';
}
