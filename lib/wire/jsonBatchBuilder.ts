import { ZerobusError } from '../errors/zerobusError.ts';
import { HEADROOM_BYTES, RECORD_TAG } from './batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from './batchBuilder.ts';
import { JsonObjectWriter } from './jsonObjectWriter.ts';
import { jsonText, notJson } from './jsonText.ts';
import { Scratch } from './scratch.ts';
import { varintSize, writeVarint } from './varint.ts';
import { wellFormedJson } from './wellFormedJson.ts';
import { NOT_WRITTEN } from './writeJsonString.ts';

/**
 * Records shorter than this have a length below 0x80, which is one byte, and the same byte in ASCII, Latin-1 and UTF-8.
 */
const SHORT = 0x80;

/** Tag and length of short records, as the characters they are on the wire. */
const shortHeads: readonly string[] = Array.from({ length: SHORT }, (_, length) =>
  String.fromCharCode(RECORD_TAG, length),
);

/**
 * Length at which the gathered text of short records is written. It is long enough that calls are few, and short enough
 * that the text is still in the CPU cache.
 */
const WRITTEN_FROM = 8192;

/** A UTF-16 code unit takes at most three bytes of UTF-8. */
const MOST_BYTES_A_UNIT = 3;

/** Text longer than this is measured before room is made for it, because the upper bound would waste memory. */
const MEASURED_FROM = 0x10000;

/**
 * Room behind text that is expected to be ASCII. If the text has other characters, it takes more bytes than it has
 * units, and this room is enough to notice.
 */
const ASCII_MARGIN = 4;

/**
 * The open batch of a JSON stream.
 *
 * For a short record, a call into native code costs more than everything else, so many short records share one call.
 * Their wire form, `0x0a, length, text` repeated, is concatenated into one JavaScript string whose characters are the
 * bytes to write. This is correct as long as all text is ASCII. The call that writes the string reports whether it was;
 * if not, its records are written again one by one. Long records are always written one by one, because there the call
 * costs little compared with copying.
 */
export class JsonBatchBuilder implements BatchBuilder<object | string> {
  readonly format = 'JSON';
  recordCount = 0;
  /** Short records that are not in the scratch yet. */
  #wireText = '';
  readonly #objects = new JsonObjectWriter();
  /** The number of bytes that the length of the last object took. The next object most likely takes the same. */
  #lengthSize = 1;
  readonly #scratch: Scratch;
  /** Text shorter than a third of the limits fits within them and is not measured. */
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

  add(record: object | string): boolean {
    if (typeof record === 'string') {
      this.#addText(record);
    } else if (!this.#addObject(record)) {
      this.#addText(jsonText(record));
    }
    this.recordCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.byteCount >= this.#limits.maxBatchBytes) {
      this.seal();
    }
    return true;
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
   * Writes an object straight into the scratch.
   *
   * @returns false, with nothing written, if the object is large or only `JSON.stringify` can serialize it
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
    // If this record comes from an accessor of a record that is being written at the same place, that outer write must
    // notice, even if this record is refused.
    scratch.revision++;
    try {
      expectedEnd = this.#objects.write(scratch, expectedStart, record);
    } catch (error) {
      throw notJson(error);
    }
    const length = expectedEnd - expectedStart;
    // If there is text now, an accessor has added it, and it was accepted before this record.
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
    this.#write(wellFormedJson(text));
  }

  /**
   * Seals the open batch if a large record would bring it close to what the service refuses, so that the record travels
   * alone.
   */
  #makeRoomFor(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_REQUEST_BYTES) {
      throw new ZerobusError(
        'RECORD_TOO_LARGE',
        `The record takes ${bytes} bytes, but may take at most ${MAX_REQUEST_BYTES}. Split it into smaller records.`,
        { unacked: [text] },
      );
    }
    if (bytes > this.#limits.maxBatchBytes) {
      this.seal();
    }
  }

  /** Moves the short records into the scratch, with a single call if they are ASCII. */
  #writeShort(): void {
    if (this.#wireText === '') {
      return;
    }
    // The heads between the records have no escapes, and the replacements have the same length.
    const wireText = wellFormedJson(this.#wireText);
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

  /** Writes one record. Its length is first assumed to be that of ASCII text. */
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
