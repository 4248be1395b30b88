import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { bufferOf } from '../wire/bufferOf.ts';
import { isBytes } from '../wire/isBytes.ts';
import type { Reader } from './reader.ts';
import { readerOf } from './readerOf.ts';

const gzipMagic: readonly number[] = [0x1f, 0x8b];

/**
 * Reads the bytes of an input. Text becomes UTF-8. An input that starts with the magic bytes of gzip is decompressed,
 * all of its members.
 */
export class BytesReader implements Reader<Buffer> {
  readonly #source: Reader<unknown>;
  /** The bytes after decompression. Set when the first two bytes are known. */
  #bytes: Reader<Buffer> | undefined;
  /** The first half of a surrogate pair whose second half is in the next chunk of text. */
  #half = '';

  /** @param source the chunks: bytes or text */
  constructor(source: Reader<unknown>) {
    this.#source = source;
  }

  next(): undefined {}

  async wait(): Promise<IteratorResult<Buffer>> {
    this.#bytes ??= await this.#open();
    return this.#bytes.next() ?? this.#bytes.wait();
  }

  close(): void {
    this.#bytes?.close();
    this.#source.close();
  }

  async #open(): Promise<Reader<Buffer>> {
    let first = Buffer.alloc(0);
    let isEnd = false;
    while (first.length < gzipMagic.length && !isEnd) {
      const result = await this.#read();
      isEnd = result.done === true;
      first = result.done === true ? first : Buffer.concat([first, result.value]);
    }
    return gzipMagic.every((byte, index) => first[index] === byte) ? this.#gunzip(first) : this.#after(first);
  }

  /** Reads the first chunk again, then the others. */
  #after(first: Buffer): Reader<Buffer> {
    let isFirst = true;
    return {
      next: () => undefined,
      wait: async () => {
        if (isFirst) {
          isFirst = false;
          return { done: false, value: first };
        }
        return this.#read();
      },
      close: () => {},
    };
  }

  #gunzip(first: Buffer): Reader<Buffer> {
    const compressed = this.#after(first);
    const source = Readable.from({
      [Symbol.asyncIterator]: () => ({ next: () => compressed.wait() }),
    });
    const gunzip = createGunzip({ chunkSize: 262_144 });
    pipeline(source, gunzip, () => {});
    return readerOf<Buffer>(gunzip, () => {});
  }

  async #read(): Promise<IteratorResult<Buffer>> {
    const result = this.#source.next() ?? (await this.#source.wait());
    if (result.done === true) {
      const half = this.#half;
      this.#half = '';
      return half === '' ? { done: true, value: undefined } : { done: false, value: Buffer.from(half) };
    }
    return { done: false, value: this.#toBytes(result.value) };
  }

  #toBytes(chunk: unknown): Buffer {
    if (typeof chunk === 'string') {
      const text = this.#half + chunk;
      const cut = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
      this.#half = text.slice(cut);
      return Buffer.from(text.slice(0, cut));
    }
    if (isBytes(chunk)) {
      return bufferOf(chunk);
    }
    throw new ZerobusError(
      'INVALID_RECORD',
      `ndjson reads bytes or text, got ${kindOf(chunk)}. Pass records to ingest or pull directly.`,
    );
  }
}
