/** Returns bytes of any kind and realm as a `Buffer` over the same memory. */
export function bufferOf(bytes: ArrayBufferView | ArrayBufferLike): Buffer {
  return ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes);
}
