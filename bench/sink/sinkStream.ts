import type { ServerHttp2Stream } from 'node:http2';
import { ackFrame, createdFrame } from './sinkFrames.ts';

/** Tag of the field `EphemeralStreamRequest.create_stream`: the first byte of a message that is not a record. */
const CREATE_STREAM_TAG = 0x0a;
const FRAME_HEAD_BYTES = 5;

/** The table whose records the sink acknowledges only after the last one has arrived. */
export const WITHHOLDING_TABLE = 'main.bench.withheld';

/** The rule by which a stream's records are acknowledged. */
export interface AckRule {
  /** The interval of acks, in ms. */
  readonly everyMs: number;
  /** Nothing is acknowledged until the client has been silent for this long, in ms. With 0, acks do not wait. */
  readonly onlyAfterSilenceMs: number;
}

/**
 * One call of a client. It counts the gRPC messages by their first bytes, ignores the rest, and acknowledges them
 * cumulatively.
 */
export class SinkStream {
  readonly #stream: ServerHttp2Stream;
  readonly #rule: AckRule;
  readonly #head: Buffer = Buffer.alloc(FRAME_HEAD_BYTES + 1);
  #headBytes = 0;
  /** The bytes of the current message that have not arrived yet. */
  #missingBytes = 0;
  #isRecord = false;
  #received = 0;
  #acknowledged = 0;
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ServerHttp2Stream, rule: AckRule) {
    this.#stream = stream;
    this.#rule = rule;
    // A client that was killed is not the sink's problem.
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('end', () => this.#onEnd());
    stream.on('close', () => clearInterval(this.#timer));
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // Sent at once, because the official SDK sends nothing before the response headers have arrived.
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  }

  #onData(chunk: Buffer): void {
    this.#heardAt = performance.now();
    let at = 0;
    while (at < chunk.length) {
      if (this.#missingBytes > 0) {
        const taken = Math.min(this.#missingBytes, chunk.length - at);
        this.#missingBytes -= taken;
        at += taken;
        if (this.#missingBytes === 0) {
          this.#onMessage();
        }
      } else {
        this.#head[this.#headBytes++] = chunk[at++] ?? 0;
        if (this.#headBytes === this.#head.length) {
          this.#onHead();
        }
      }
    }
  }

  /** Handles five bytes of gRPC and the tag of the message. Messages without content do not occur in this protocol. */
  #onHead(): void {
    this.#headBytes = 0;
    this.#missingBytes = this.#head.readUInt32BE(1) - 1;
    this.#isRecord = this.#head[FRAME_HEAD_BYTES] !== CREATE_STREAM_TAG;
    if (this.#missingBytes === 0) {
      this.#onMessage();
    }
  }

  #onMessage(): void {
    if (this.#isRecord) {
      this.#received++;
      return;
    }
    this.#stream.write(createdFrame('bench'));
    this.#timer = setInterval(() => {
      const silentMs = performance.now() - this.#heardAt;
      if (silentMs >= this.#rule.onlyAfterSilenceMs) {
        this.#acknowledge();
      }
    }, this.#rule.everyMs);
  }

  #acknowledge(): void {
    if (this.#received === this.#acknowledged || this.#stream.writableEnded || this.#stream.destroyed) {
      return;
    }
    this.#acknowledged = this.#received;
    this.#stream.write(ackFrame(this.#received - 1));
  }

  #onEnd(): void {
    this.#acknowledge();
    clearInterval(this.#timer);
    if (!this.#stream.destroyed) {
      this.#stream.end();
    }
  }
}
