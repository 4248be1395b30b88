import { types } from 'node:util';

/** Whether a value is bytes in memory, of any kind and realm. */
export function isBytes(value: unknown): value is ArrayBufferView | ArrayBufferLike {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}
