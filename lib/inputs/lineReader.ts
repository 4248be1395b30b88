import { isUtf8 } from 'node:buffer';
import { ZerobusError, type ZerobusErrorCode } from '../errors/zerobusError.ts';
import { endOfUtf8 } from './endOfUtf8.ts';
import type { Reader } from './reader.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const FIRST_BEYOND_ASCII = 0x80;
const BYTE_ORDER_MARK = 0xfeff;

/** The position of a line in its input. */
export interface LinePosition {
  /** The number of the line, from 1. It is 0 before the first line is read. */
  readonly line: number;
  /** The offset of the first byte of the line, from 0, in the uncompressed input. */
  readonly byte: number;
}

/** Options of a {@link LineReader}. */
export interface LineReaderOptions<T> {
  /** The name of the input, for messages. */
  readonly name: string;
  readonly maxLineBytes: number;
  /** Turns a line into a value, or into `undefined` to skip it. What it throws is the cause of an `INVALID_RECORD`. */
  readonly parse: (line: string) => T | undefined;
  /** What each line must be, for messages. */
  readonly form: string;
  /** The end of the line before the first one that is read. Defaults to the start of the input. */
  readonly after?: LinePosition | undefined;
}

/**
 * Splits bytes into lines. It decodes the whole lines of a chunk at once, and cuts a line out of the text only when it
 * is read.
 */
export class LineReader<T> implements Reader<T> {
  readonly #chunks: Reader<Buffer>;
  readonly #options: LineReaderOptions<T>;
  /** The whole lines of the last chunk, decoded. Each ends with a line feed, except for the last of the input. */
  #text = '';
  /** The start of the next line in the text. */
  #next = 0;
  /** The start of the line that was read last. */
  #current = 0;
  /** The number of bytes before the text. */
  #textByte = 0;
  /** The length of the text in bytes. */
  #textBytes = 0;
  /** A place in the text whose offset in bytes is known, so that no part of the text is measured twice. */
  #measured = 0;
  #measuredBytes = 0;
  #line = 0;
  #count = 0;
  /** The pieces of a line whose end has not arrived. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Thrown when the text is used up. */
  #failure: (() => ZerobusError) | undefined;
  #hasEnded = false;

  /** @param chunks the bytes, which are uncompressed */
  constructor(chunks: Reader<Buffer>, options: LineReaderOptions<T>) {
    this.#chunks = chunks;
    this.#options = options;
    this.#line = options.after?.line ?? 0;
    this.#textByte = options.after?.byte ?? 0;
  }

  /** The position of the line that was read last. */
  get position(): LinePosition {
    return { line: this.#line, byte: this.#byteAt(this.#current) };
  }

  /** The number of the line that was read last. */
  get line(): number {
    return this.#line;
  }

  /** The offset of the first byte after the line that was read last, as of {@link LinePosition.byte}. */
  get endByte(): number {
    return this.#byteAt(Math.min(this.#next, this.#text.length));
  }

  next(): IteratorResult<T> | undefined {
    while (this.#next < this.#text.length) {
      const line = this.#cut();
      const value = line === undefined ? undefined : this.#parse(line);
      if (value !== undefined) {
        this.#count++;
        return { done: false, value };
      }
    }
    if (this.#failure !== undefined) {
      this.#current = this.#text.length;
      this.#line++;
      throw this.#failure();
    }
    return this.#hasEnded ? { done: true, value: undefined } : undefined;
  }

  async wait(): Promise<IteratorResult<T>> {
    try {
      return await this.#wait();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.#hasEnded = true;
    this.#chunks.close();
  }

  async #wait(): Promise<IteratorResult<T>> {
    for (;;) {
      const result = this.next();
      if (result !== undefined) {
        return result;
      }
      const chunk = this.#chunks.next() ?? (await this.#chunks.wait());
      if (chunk.done === true) {
        this.#hasEnded = true;
        this.#decode(Buffer.concat(this.#rest));
      } else {
        this.#add(chunk.value);
      }
    }
  }

  /** Cuts the next line out of the text. Returns `undefined` if it is blank. */
  #cut(): string | undefined {
    const text = this.#text;
    const start = this.#next;
    let end = text.indexOf('\n', start);
    if (end === -1) {
      end = text.length;
    }
    this.#current = start;
    this.#next = end + 1;
    this.#line++;
    const from = text.charCodeAt(start) === BYTE_ORDER_MARK ? start + 1 : start;
    const to = text[end - 1] === '\r' ? end - 1 : end;
    // A UTF-16 unit takes three bytes at most.
    if ((to - from) * 3 > this.#options.maxLineBytes) {
      this.#checkLength(Buffer.byteLength(text.slice(from, to)));
    }
    const line = text.slice(from, to);
    const first = line.charCodeAt(0);
    return (first > SPACE && first < FIRST_BEYOND_ASCII) || line.trim() !== '' ? line : undefined;
  }

  #parse(line: string): T | undefined {
    try {
      return this.#options.parse(line);
    } catch (cause) {
      throw this.#error('INVALID_RECORD', `is not ${this.#options.form}. Correct the line`, cause);
    }
  }

  /** Adds a chunk. Its bytes after the last line feed wait for the next chunk. */
  #add(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      const whole = chunk.subarray(0, end);
      this.#decode(this.#restBytes === 0 ? whole : Buffer.concat([...this.#rest, whole]));
      this.#rest = [];
      this.#restBytes = 0;
    }
    if (end < chunk.length) {
      this.#rest.push(chunk.subarray(end));
      this.#restBytes += chunk.length - end;
    }
    // A byte order mark and a carriage return do not count.
    if (this.#restBytes > this.#options.maxLineBytes + 4) {
      this.#failure ??= () => this.#tooLong(this.#restBytes);
    }
  }

  #decode(bytes: Buffer): void {
    this.#advance();
    let whole = bytes;
    if (!isUtf8(bytes)) {
      whole = bytes.subarray(0, endOfUtf8(bytes));
      this.#failure = () =>
        this.#error('INVALID_RECORD', 'is not UTF-8. Convert the input to UTF-8, or decompress it if it is not gzip');
    }
    this.#text = whole.toString('utf8');
    this.#textBytes = whole.length;
  }

  /** Returns the offset in bytes of a place in the text. */
  #byteAt(place: number): number {
    if (this.#textBytes === this.#text.length) {
      return this.#textByte + place;
    }
    if (place < this.#measured) {
      this.#measured = 0;
      this.#measuredBytes = 0;
    }
    this.#measuredBytes += Buffer.byteLength(this.#text.slice(this.#measured, place));
    this.#measured = place;
    return this.#textByte + this.#measuredBytes;
  }

  /** Lets go of the text that is used up. */
  #advance(): void {
    this.#textByte += this.#textBytes;
    this.#text = '';
    this.#textBytes = 0;
    this.#measured = 0;
    this.#measuredBytes = 0;
    this.#next = 0;
    this.#current = 0;
  }

  #checkLength(bytes: number): void {
    if (bytes > this.#options.maxLineBytes) {
      throw this.#tooLong(bytes);
    }
  }

  #tooLong(bytes: number): ZerobusError {
    const { maxLineBytes } = this.#options;
    const what = `has ${bytes} bytes or more, and maxLineBytes is ${maxLineBytes}`;
    return this.#error('RECORD_TOO_LARGE', `${what}. Shorten the line, or check that lines end with a line feed`);
  }

  #error(code: ZerobusErrorCode, what: string, cause?: unknown): ZerobusError {
    // An error ends the input, so nothing else closes it.
    this.close();
    const { line, byte } = this.position;
    const options = { offset: this.#count, ...(cause === undefined ? {} : { cause }) };
    return new ZerobusError(code, `${this.#options.name}: line ${line} (byte ${byte}) ${what}.`, options);
  }
}
