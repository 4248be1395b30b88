import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { status } from '@grpc/grpc-js';
import type { AnswerPlan } from '../faults/faultInjector.ts';
import type { FaultStatus } from '../faults/liveStream.ts';
import { appendRecords } from '../ingest/appendRecords.ts';
import { checkTableName, findIngestTable, TABLE_NAME_HEADER } from '../ingest/findIngestTable.ts';
import type { IngestParts } from '../ingest/ingestParts.ts';
import { checkRecordSizes } from '../ingest/recordLimits.ts';
import { invalidArgument, StreamError, toStorageError, toStreamError } from '../ingest/streamError.ts';
import { rejectionOf } from '../live/rejectionOf.ts';
import { jsonReaderFor } from '../records/json/jsonReaderFor.ts';
import { splitRecords } from '../records/json/splitRecords.ts';
import { RecordError } from '../records/recordError.ts';
import type { RecordReader } from '../records/recordReader.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import type { RecordSpans } from '../wire/recordSpans.ts';
import { BodyBudget } from './bodyBudget.ts';
import { bodyTooLarge, MAX_BODY_BYTES, readBody } from './readBody.ts';
import { RestRequest, shuttingDown } from './restRequest.ts';

/** The server's parts that REST ingest uses. */
export interface RestParts extends IngestParts {
  /** Whether further rows of the table wait for a flush. */
  isFull(fullName: string): boolean;
}

const jsonPattern = /^application\/json *(?:;|$)/i;
const charsetPattern = /; *charset *= *"?([^";\s]*)/i;

/** Answers `POST /zerobus/v1/tables/{name}/insert`: all records of a request are stored, or none. */
export class RestIngest {
  readonly #parts: RestParts;
  readonly #budget = new BodyBudget();
  readonly #readers = new WeakMap<DeltaTable, RecordReader>();
  readonly #requests = new Set<RestRequest>();
  #isClosing = false;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  /**
   * @returns the response once the records are on the disk
   * @throws {@link StreamError} if they are refused
   */
  async answer(tableName: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<Response> {
    const { activity, monitor, streams, onError } = this.#parts;
    const arrivedAtMs = monitor.isWatched ? performance.now() : undefined;
    const request = new RestRequest(incoming, outgoing);
    this.#requests.add(request);
    streams.add(request);
    void request.ended.then(() => {
      this.#requests.delete(request);
      streams.delete(request);
    });
    activity.count('requestsReceived');
    try {
      await this.#insert(tableName, request);
      if (arrivedAtMs !== undefined) {
        monitor.acknowledged(performance.now() - arrivedAtMs);
      }
      return Response.json({});
    } catch (error) {
      throw toStreamError(error, onError);
    }
  }

  /** Takes no new requests, and resolves when the others are answered. */
  async shutDown(): Promise<void> {
    this.#isClosing = true;
    const requests = [...this.#requests];
    for (const request of requests) {
      request.shutDown();
    }
    await Promise.all(requests.map(({ ended }) => ended));
  }

  async #insert(tableName: string, request: RestRequest): Promise<void> {
    const { activity, faults } = this.#parts;
    const refusal = faults.onCreate(tableName);
    if (refusal !== undefined) {
      await obeyRefusal(refusal, request);
    }
    const { headers } = request.incoming;
    const definition = this.#findTable(tableName, headers);
    const fullName = fullTableName(definition);
    request.tableName = fullName;
    checkContent(headers);
    this.#checkRoom(fullName);
    const { incoming, signal } = request;
    this.#budget.enter(incoming);
    try {
      await this.#store(await readBody(incoming, this.#budget, signal), definition, request);
    } finally {
      this.#budget.leave(incoming);
    }
    await obeyAnswerFault(faults.onAnswer(fullName), request);
    activity.count('acksSent');
  }

  /** @param opened the table when the request arrived. Another writer may have added columns since */
  async #store(body: Buffer, opened: DeltaTable, request: RestRequest): Promise<void> {
    const records = this.#reporting(request, body.subarray(1), () => splitRecords(body, 1));
    if (records.count === 0) {
      throw invalidArgument('The body has no records. Send at least one.');
    }
    checkRecordSizes(records, 'the request');
    const fullName = fullTableName(opened);
    this.#checkRoom(fullName);
    const reader = this.#readerOf(this.#parts.findTable(fullName) ?? opened);
    const { stored } = this.#reporting(request, records, () => appendRecords(records, fullName, reader, this.#parts));
    request.inFlightRecords = records.count;
    await stored.catch((error: unknown) => {
      throw toStorageError(error, this.#parts.onError);
    });
  }

  /** Does a step, and reports a record that is refused. */
  #reporting<Result>(request: RestRequest, records: RecordSpans | Buffer, step: () => Result): Result {
    try {
      return step();
    } catch (error) {
      if (error instanceof RecordError) {
        const { tableName, client, incoming } = request;
        const userAgent = incoming.headers['user-agent'] ?? '';
        const record = Buffer.isBuffer(records) ? records : records.bytesOf(error.index ?? 0);
        const origin = { tableName, via: 'REST', recordType: 'JSON', client, userAgent } as const;
        this.#parts.monitor.rejected(rejectionOf(error, record, origin));
      }
      throw error;
    }
  }

  #findTable(tableName: string, headers: IncomingHttpHeaders): DeltaTable {
    if (this.#isClosing) {
      throw shuttingDown();
    }
    checkTableName(tableName);
    const header = headers[TABLE_NAME_HEADER]?.toString();
    if (header !== undefined && header.toLowerCase() !== tableName.toLowerCase()) {
      throw invalidArgument(
        `The header ${TABLE_NAME_HEADER} is ${JSON.stringify(header)}, the URL names ${JSON.stringify(tableName)}. Both must name the same table.`,
      );
    }
    return findIngestTable(tableName, headers.authorization, this.#parts);
  }

  /** A stream waits if its table is full. A request is refused, so that it does not hold memory while it waits. */
  #checkRoom(fullName: string): void {
    if (this.#parts.isFull(fullName)) {
      throw new StreamError(
        status.RESOURCE_EXHAUSTED,
        `Too many acknowledged rows of ${fullName} are not in its Delta table yet. Send the request again later, or start the server with a larger --max-unflushed.`,
      );
    }
  }

  /** A reader is done with a request when it returns, so the requests of a table share one. */
  #readerOf(table: DeltaTable): RecordReader {
    const known = this.#readers.get(table);
    if (known !== undefined) {
      return known;
    }
    const reader = jsonReaderFor(table);
    this.#readers.set(table, reader);
    return reader;
  }
}

/** @throws {@link StreamError} `INVALID_ARGUMENT` if the body is not JSON in UTF-8, or too large */
function checkContent(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  const charset = charsetPattern.exec(type ?? '')?.[1] ?? 'utf-8';
  if (!jsonPattern.test(type ?? '') || charset.toLowerCase() !== 'utf-8') {
    const found = type === undefined ? 'missing' : JSON.stringify(type);
    throw invalidArgument(`The Content-Type is ${found}. Send application/json in UTF-8.`);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw invalidArgument(`The Content-Encoding is ${JSON.stringify(encoding)}. Send the body without compression.`);
  }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    throw bodyTooLarge();
  }
}

function obeyRefusal(fault: FaultStatus | 'hang', request: RestRequest): Promise<never> {
  if (fault === 'hang') {
    return request.hang();
  }
  throw StreamError.injected(fault, 'Refused by an injected fault.');
}

async function obeyAnswerFault({ delayMs, isDropped }: AnswerPlan, request: RestRequest): Promise<void> {
  if (delayMs > 0) {
    await request.delayAnswer(delayMs);
  }
  if (isDropped) {
    await request.leaveUnanswered();
  }
}
