import type { ServerHttp2Stream } from 'node:http2';
import { ackFrame, createdFrame } from './sinkFrames.ts';

/** The `EphemeralStreamRequest.create_stream` field's tag: how a message that is no record begins. */
const CREATE_STREAM_TAG = 0x0a;
const FRAME_HEAD_BYTES = 5;

/** The table whose records the sink acknowledges only after the last one has arrived. */
export const WITHHOLDING_TABLE = 'main.bench.withheld';

/** When a stream's records are acknowledged. */
export interface AckRule {
  /** How often what has come meanwhile is acknowledged, in ms. */
  readonly everyMs: number;
  /** Nothing is acknowledged before the client has sent nothing for so long, in ms. 0: acks wait for nothing. */
  readonly onlyAfterSilenceMs: number;
}

/**
 * One call of a client: counts the gRPC messages by their first bytes, looks at nothing else in them, and acknowledges
 * them cumulatively.
 */
export class SinkStream {
  readonly #stream: ServerHttp2Stream;
  readonly #rule: AckRule;
  readonly #head: Buffer = Buffer.alloc(FRAME_HEAD_BYTES + 1);
  #headBytes = 0;
  /** What is still to come of the present message. */
  #missingBytes = 0;
  #isRecord = false;
  #received = 0;
  #acknowledged = 0;
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ServerHttp2Stream, rule: AckRule) {
    this.#stream = stream;
    this.#rule = rule;
    // A client that has been ended in the middle is no concern of the sink's.
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('end', () => this.#onEnd());
    stream.on('close', () => clearInterval(this.#timer));
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // At once: the official SDK says nothing before it has seen them.
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

  /** Five bytes of gRPC and the tag of the message; a message without a single byte is none of this protocol's. */
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
