import { ZerobusError } from '../errors/zerobusError.ts';
import { HEADROOM_BYTES, RECORD_TAG } from './batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from './batchBuilder.ts';
import { JsonObjectWriter } from './jsonObjectWriter.ts';
import { jsonText, notJson } from './jsonText.ts';
import { Scratch } from './scratch.ts';
import { varintSize, writeVarint } from './varint.ts';
import { NOT_WRITTEN } from './writeJsonString.ts';

/**
 * Records shorter than this have a length of one byte below 0x80, which is the same byte in ASCII, Latin-1 and UTF-8.
 */
const SHORT = 0x80;

/** Tag and length of short records, as the characters that they are on the wire. */
const shortHeads: readonly string[] = Array.from({ length: SHORT }, (_, length) =>
  String.fromCharCode(RECORD_TAG, length),
);

/**
 * How much text of short records is gathered before it is written: few calls, and pieces that have not left the cache
 * yet.
 */
const WRITTEN_FROM = 8192;

/** A UTF-16 code unit is at most three bytes of UTF-8. */
const MOST_BYTES_A_UNIT = 3;

/** Text beyond this is measured before room is made for it, since the upper bound would be wasteful. */
const MEASURED_FROM = 0x10000;

/**
 * Room behind text that is taken for ASCII: however much of other text fits, its bytes are then more than its units.
 */
const ASCII_MARGIN = 4;

/**
 * The open batch of a JSON stream.
 *
 * Native calls cost more than everything else a short record needs, so there is one for all of them together: the wire
 * form, `0x0a, length, text` again and again, is concatenated as one JavaScript string whose characters are the bytes
 * to be, which is true as long as all text is ASCII. Whether it is, the call tells that writes it; only what turns out
 * not to be is walked once more. Long records are written by themselves, where the call costs little beside the
 * copying.
 */
export class JsonBatchBuilder implements BatchBuilder<object | string> {
  readonly format = 'JSON';
  recordCount = 0;
  /** Short records that are not in the scratch yet. */
  #wireText = '';
  readonly #objects = new JsonObjectWriter();
  /** How many bytes the last object's length took: most likely those of the next one. */
  #lengthSize = 1;
  readonly #scratch: Scratch;
  /** Text below a third of the limits need not be measured to keep them. */
  readonly #unmeasuredLength: number;
  readonly #limits: BatchLimits;
  readonly #onSealed: OnSealed;

  constructor(limits: BatchLimits, onSealed: OnSealed) {
    this.#unmeasuredLength = Math.min(limits.maxBatchBytes, MAX_REQUEST_BYTES) / MOST_BYTES_A_UNIT;
    this.#scratch = new Scratch(HEADROOM_BYTES, limits.maxBatchBytes);
    this.#limits = limits;
    this.#onSealed = onSealed;
  }

  get byteCount(): number {
    return this.#scratch.end - HEADROOM_BYTES + this.#wireText.length;
  }

  add(record: object | string): void {
    if (typeof record === 'string') {
      this.#addText(record);
    } else if (!this.#addObject(record)) {
      this.#addText(jsonText(record));
    }
    this.recordCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.byteCount >= this.#limits.maxBatchBytes) {
      this.seal();
    }
  }

  seal(): void {
    const { recordCount } = this;
    if (recordCount === 0) {
      return;
    }
    this.#writeShort();
    this.recordCount = 0;
    this.#onSealed({ ...this.#scratch.take(), format: 'JSON', recordCount, offsetCount: recordCount });
  }

  recycle(memory: Buffer): void {
    this.#scratch.recycle(memory);
  }

  /**
   * Writes an object straight into the scratch. @returns false, with nothing written, for what only `JSON.stringify`
   * can do, or is large
   */
  #addObject(record: object): boolean {
    if (typeof record !== 'object' || record === null) {
      return false;
    }
    this.#writeShort();
    const scratch = this.#scratch;
    const recordStart = scratch.end;
    const expectedStart = recordStart + 1 + this.#lengthSize;
    let expectedEnd: number;
    // Whoever is being written there already, and has this one handed in by an accessor, learns of it even if this one
    // is refused.
    scratch.revision++;
    try {
      expectedEnd = this.#objects.write(scratch, expectedStart, record);
    } catch (error) {
      throw notJson(error);
    }
    const length = expectedEnd - expectedStart;
    // Text is there now only where an accessor handed it in, which then was accepted first.
    const isSecond = this.#wireText !== '';
    if (expectedEnd === NOT_WRITTEN || length > this.#limits.maxBatchBytes || isSecond) {
      return false;
    }
    this.#lengthSize = varintSize(length);
    const start = recordStart + 1 + this.#lengthSize;
    if (start !== expectedStart) {
      scratch.reserve(length, start);
      scratch.buffer.copyWithin(start, expectedStart, expectedEnd);
    }
    scratch.buffer[recordStart] = RECORD_TAG;
    writeVarint(scratch.buffer, recordStart + 1, length);
    scratch.commit(start + length);
    return true;
  }

  #addText(text: string): void {
    if (text.length < SHORT) {
      this.#addShort(text);
    } else {
      this.#addLong(text);
    }
  }

  #addShort(text: string): void {
    this.#wireText += shortHeads[text.length] + text;
    if (this.#wireText.length >= WRITTEN_FROM) {
      this.#writeShort();
    }
  }

  #addLong(text: string): void {
    if (text.length > this.#unmeasuredLength) {
      this.#makeRoomFor(text);
    }
    this.#writeShort();
    this.#write(text);
  }

  /** A large record travels alone, so that no batch comes near what the service refuses. */
  #makeRoomFor(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_REQUEST_BYTES) {
      throw new ZerobusError(
        'RECORD_TOO_LARGE',
        `The record takes ${bytes} bytes, more than the ${MAX_REQUEST_BYTES} that one may take.`,
        { unacked: [text] },
      );
    }
    if (bytes > this.#limits.maxBatchBytes) {
      this.seal();
    }
  }

  /** Brings the short records into the scratch, by one call where they are ASCII. */
  #writeShort(): void {
    const wireText = this.#wireText;
    if (wireText === '') {
      return;
    }
    const { length } = wireText;
    const scratch = this.#scratch;
    this.#wireText = '';
    scratch.reserve(length + ASCII_MARGIN);
    if (scratch.buffer.write(wireText, scratch.end, length + ASCII_MARGIN, 'utf8') === length) {
      scratch.commit(scratch.end + length);
      return;
    }
    for (let from = 0; from < length; ) {
      const textStart = from + 2;
      from = textStart + wireText.charCodeAt(from + 1);
      this.#write(wireText.slice(textStart, from));
    }
  }

  /** Writes one record, its length first taken for what it is in ASCII. */
  #write(text: string): void {
    const { length } = text;
    const scratch = this.#scratch;
    const mostBytes = length < MEASURED_FROM ? length * MOST_BYTES_A_UNIT : Buffer.byteLength(text);
    scratch.reserve(1 + varintSize(mostBytes) + mostBytes);
    const { buffer, end } = scratch;
    const textStart = end + 1 + varintSize(length);
    const bytes = buffer.write(text, textStart, 'utf8');
    buffer[end] = RECORD_TAG;
    const start = end + 1 + varintSize(bytes);
    if (start !== textStart) {
      buffer.copyWithin(start, textStart, textStart + bytes);
    }
    writeVarint(buffer, end + 1, bytes);
    scratch.commit(start + bytes);
  }
}
