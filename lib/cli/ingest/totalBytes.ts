import type { OpenedInput } from '../reading/inputReader.ts';
import type { RunProgress } from './progressText.ts';

/** Returns the number of bytes of all inputs, and of those that need not be read. */
export function totalBytes(inputs: readonly OpenedInput[]): Pick<RunProgress, 'bytesTotal' | 'bytesBefore'> {
  let bytesTotal: number | undefined = 0;
  let bytesBefore = 0;
  for (const { input, after } of inputs) {
    const { file } = input;
    bytesTotal = file === undefined || bytesTotal === undefined ? undefined : bytesTotal + file.size;
    bytesBefore += file?.isGzip === false ? (after?.byte ?? 0) : 0;
  }
  return { bytesTotal, bytesBefore };
}
