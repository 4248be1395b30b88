import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { createRequest } from '../../lib/wire/createRequest.ts';
import { parseResponse } from '../../lib/wire/parseResponse.ts';
import { BATCH_RECORDS, inGroups } from '../inputs/input.ts';
import { batchHead, encodeRecords } from '../wire/encodedBatch.ts';
import { grpcFrame } from '../wire/grpcFrame.ts';
import { AckTimes } from './ackTimes.ts';
import { type BenchStream, benchHeaders, repeatedly, type StreamSetup } from './benchStream.ts';
import { paced } from './pace.ts';

const PATH = '/databricks.zerobus.Zerobus/EphemeralStream';
/** Bytes to hand to Node ahead of the socket, so that it is never idle. */
const AHEAD_BYTES = 1024 * 1024;

/** The floor: batches encoded in advance, sent through Node's http2, and nothing else. */
export class FloorStream implements BenchStream {
  warmUpRecords = 0;
  readonly #setup: StreamSetup;
  readonly #groupRecords: number;
  readonly #batches: readonly Buffer[];
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #ackTimes: AckTimes;
  readonly #failed: Promise<never>;
  #pending: Buffer = Buffer.alloc(0);
  #nextOffset = 0;
  #durable = -1;
  #onResponse: () => void = () => {};

  constructor(setup: StreamSetup) {
    const { job, input, meter, endpoint } = setup;
    this.#setup = setup;
    this.#groupRecords = job.pace?.groupRecords ?? BATCH_RECORDS;
    this.#batches = inGroups<string | Buffer>(input.encoded, this.#groupRecords).map(encodeRecords);
    this.#ackTimes = new AckTimes(meter);
    this.#session = connect(endpoint);
    this.#stream = this.#session.request({
      ':method': 'POST',
      ':path': PATH,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...benchHeaders(job.tableName),
    });
    this.#stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.#failed = new Promise((_, reject) => {
      this.#session.on('error', reject);
      this.#stream.on('error', reject);
      this.#stream.on('trailers', (trailers) => {
        if (trailers['grpc-status'] !== '0') {
          reject(new Error(`The server ended the stream: ${trailers['grpc-message']}`));
        }
      });
    });
    this.#failed.catch(() => {});
    const { definition } = input;
    const target = { tableName: job.tableName, format: this.#format } as const;
    const create = definition === undefined ? target : { ...target, descriptor: definition.descriptor };
    this.#stream.write(grpcFrame(createRequest(create)));
  }

  async warmUp(): Promise<void> {
    const { warmUpMs, warmUpRecords } = this.#setup.job;
    this.warmUpRecords = await repeatedly(warmUpMs, () => this.#load(warmUpRecords, Number.POSITIVE_INFINITY));
  }

  async ingest(): Promise<number> {
    const { maxRecords, measureMs, pace } = this.#setup.job;
    if (pace === undefined) {
      return this.#load(maxRecords, measureMs);
    }
    const groups = await paced(pace, measureMs, () => this.#send());
    await this.#allDurable();
    return groups * pace.groupRecords;
  }

  async close(): Promise<void> {
    this.#stream.end();
    await once(this.#stream, 'close');
    this.#session.close();
  }

  get #format(): 'PROTO' | 'JSON' {
    return this.#setup.input.definition === undefined ? 'JSON' : 'PROTO';
  }

  async #load(maxRecords: number, measureMs: number): Promise<number> {
    const deadline = performance.now() + measureMs;
    let records = 0;
    while (records < maxRecords && performance.now() < deadline) {
      this.#send();
      records += this.#groupRecords;
      if (this.#stream.writableLength > AHEAD_BYTES) {
        await Promise.race([once(this.#stream, 'drain'), this.#failed]);
      }
    }
    await this.#allDurable();
    return records;
  }

  #send(): void {
    const offset = this.#nextOffset++;
    const batch = this.#batches[offset % this.#batches.length] as Buffer;
    this.#ackTimes.handOver(offset);
    this.#stream.cork();
    this.#stream.write(batchHead(this.#format, batch.length, offset));
    this.#stream.write(batch);
    this.#stream.uncork();
  }

  #allDurable(): Promise<void> {
    const durable = new Promise<void>((resolve) => {
      this.#onResponse = () => {
        if (this.#durable === this.#nextOffset - 1) {
          resolve();
        }
      };
      this.#onResponse();
    });
    return Promise.race([durable, this.#failed]);
  }

  #onData(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 5) {
      const end = 5 + this.#pending.readUInt32BE(1);
      if (this.#pending.length < end) {
        return;
      }
      const response = parseResponse(this.#pending.subarray(5, end));
      this.#pending = this.#pending.subarray(end);
      if (response.kind === 'ack') {
        this.#durable = response.physicalOffset;
        this.#ackTimes.durableUpTo(this.#durable);
      }
      this.#onResponse();
    }
  }
}
