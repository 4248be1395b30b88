import { ZerobusError } from '../errors.ts';
import { HEADROOM_BYTES, RECORD_TAG } from './batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from './batchBuilder.ts';
import { jsonText } from './jsonText.ts';
import { varintSize, writeVarint } from './varint.ts';

/**
 * The open batch of a JSON stream.
 *
 * Native calls cost more than everything else a record needs, so there are two for a whole batch and none for a record:
 * the wire form, `0x0a, length, text` again and again, is concatenated as one JavaScript string whose characters are
 * the bytes to be, which is true as long as all text is ASCII. Only a batch that turns out not to be is walked once more.
 */
export class JsonBatchBuilder implements BatchBuilder<object | string> {
  readonly format = 'JSON';
  recordCount = 0;
  #wireText = '';
  /** How many characters of the record heads are above 0x7f, which tells them from text that is not ASCII. */
  #highHeadBytes = 0;
  /** A UTF-16 code unit is at most three bytes of UTF-8: text below a third of the limits need not be measured. */
  readonly #unmeasuredLength: number;
  readonly #limits: BatchLimits;
  readonly #onSealed: OnSealed;

  constructor(limits: BatchLimits, onSealed: OnSealed) {
    this.#unmeasuredLength = Math.min(limits.maxBatchBytes, MAX_REQUEST_BYTES) / 3;
    this.#limits = limits;
    this.#onSealed = onSealed;
  }

  get byteCount(): number {
    return this.#wireText.length;
  }

  add(record: object | string): void {
    const text = typeof record === 'string' ? record : jsonText(record);
    const { length } = text;
    if (length > this.#unmeasuredLength) this.#makeRoomFor(text);
    if (length >= 0x80) this.#highHeadBytes += varintSize(length) - 1;
    this.#wireText += recordHead(length) + text;
    this.recordCount++;
    if (this.recordCount >= this.#limits.maxBatchRecords || this.#wireText.length >= this.#limits.maxBatchBytes)
      this.seal();
  }

  seal(): void {
    const { recordCount } = this;
    if (recordCount === 0) return;
    const wireText = this.#wireText;
    const isAscii = Buffer.byteLength(wireText) === wireText.length + this.#highHeadBytes;
    const buffer = isAscii ? encodeAscii(wireText) : encodeUtf8(wireText, recordCount);
    this.#wireText = '';
    this.#highHeadBytes = 0;
    this.recordCount = 0;
    this.#onSealed({ buffer, format: 'JSON', recordCount, offsetCount: recordCount });
  }

  /** A large record travels alone, so that no batch comes near what the service refuses. */
  #makeRoomFor(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_REQUEST_BYTES) {
      throw new ZerobusError(
        'RECORD_TOO_LARGE',
        `The record takes ${bytes} bytes, more than the ${MAX_REQUEST_BYTES} that one may take.`,
        {
          unacked: [text],
        },
      );
    }
    if (bytes > this.#limits.maxBatchBytes) this.seal();
  }
}

/** Heads of the lengths that fit two bytes, made when first needed: tag and length as the characters they are on the wire. */
const shortHeads: string[] = [];
const SHORT_HEADS = 0x4000;

function recordHead(length: number): string {
  if (length >= SHORT_HEADS) return makeRecordHead(length);
  const known = shortHeads[length];
  if (known !== undefined) return known;
  const head = makeRecordHead(length);
  shortHeads[length] = head;
  return head;
}

function makeRecordHead(length: number): string {
  const head = Buffer.allocUnsafe(1 + varintSize(length));
  head[0] = RECORD_TAG;
  writeVarint(head, 1, length);
  return head.toString('latin1');
}

function encodeAscii(wireText: string): Buffer {
  const buffer = Buffer.allocUnsafeSlow(HEADROOM_BYTES + wireText.length);
  buffer.write(wireText, HEADROOM_BYTES, 'latin1');
  return buffer;
}

/** The same records with their lengths counted in UTF-8: the heads in the text say how many UTF-16 units each record has. */
function encodeUtf8(wireText: string, recordCount: number): Buffer {
  // A length in UTF-8 is at most three times the one in UTF-16, so its varint is at most one byte longer.
  const buffer = Buffer.allocUnsafe(HEADROOM_BYTES + Buffer.byteLength(wireText) + recordCount);
  let at = HEADROOM_BYTES;
  let from = 0;
  while (from < wireText.length) {
    from++;
    let length = 0;
    let shift = 0;
    for (let byte = 0x80; byte >= 0x80; shift += 7) {
      byte = wireText.charCodeAt(from++);
      length |= (byte & 0x7f) << shift;
    }
    const text = wireText.slice(from, from + length);
    const bytes = Buffer.byteLength(text);
    buffer[at] = RECORD_TAG;
    at = writeVarint(buffer, at + 1, bytes);
    buffer.write(text, at, bytes, 'utf8');
    at += bytes;
    from += length;
  }
  const exact = Buffer.allocUnsafeSlow(at);
  buffer.copy(exact, 0, 0, at);
  return exact;
}
