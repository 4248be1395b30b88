import { shorten } from '../errors/shorten.ts';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import { EventInFlight } from './eventInFlight.ts';
import type { EventStream } from './eventStream.ts';
import type { GatewayClient } from './gatewayClient.ts';
import type { EventContext, ResolvedRequestOptions } from './gatewayOptions.ts';
import type { RequestEvents } from './parseRequest.ts';
import { RefusalLog } from './refusalLog.ts';
import type { RequestError } from './requestError.ts';
import { type EventRefusal, WaitingRequest } from './waitingRequest.ts';
import { windowFull } from './windowFull.ts';

/** The most ranges of done sequence numbers above the floor of a client. Pages make a few, by beacons. */
const MAX_RANGES = 1000;

/** The 500 events that a page sends in order have room beyond, whatever gaps they have. Else it would never go on. */
const MAX_RANGES_IN_ORDER = MAX_RANGES + 500;

const MAX_MESSAGE_LENGTH = 200;

/** What is the same for all events of a request. */
export type RequestContext = Omit<EventContext, 'client' | 'sequence'>;

/** Writes the events of requests that are not repeats, and knows when they are durable. */
export class EventIntake {
  readonly #options: Pick<ResolvedRequestOptions, 'row' | 'refused'>;
  readonly #refusals = new RefusalLog();
  /** The requests that wait. */
  readonly #waiting = new Set<WaitingRequest>();
  /** The number of events that became durable, also those without a row. */
  durableCount = 0;
  /** The number of events that were refused. */
  refusedCount = 0;
  /** The number of events that were not written because they are repeats. */
  repeatedCount = 0;

  constructor(options: Pick<ResolvedRequestOptions, 'row' | 'refused'>) {
    this.#options = options;
  }

  /**
   * Takes the events of a request in.
   *
   * @returns what waits until all of them are durable or refused
   * @throws {@link RequestError} `WINDOW_FULL` if there is no room
   */
  take(
    stream: EventStream,
    client: GatewayClient,
    kept: number,
    { sequences, events }: RequestEvents,
    context: RequestContext,
  ): WaitingRequest {
    const { known, inFlight } = client;
    known.raise(kept - 1);
    const maxRanges = sequences[0] === kept ? MAX_RANGES_IN_ORDER : MAX_RANGES;
    if (!stream.hasRoom || known.rangeCount + known.newRanges(sequences) > maxRanges) {
      throw windowFull();
    }
    const request = new WaitingRequest();
    this.#waiting.add(request);
    for (const [index, sequence] of sequences.entries()) {
      const earlier = inFlight.get(sequence);
      if (earlier !== undefined) {
        this.repeatedCount++;
        earlier.join(request);
      } else if (known.has(sequence)) {
        this.repeatedCount++;
        const refusal = this.#refusals.at(client.id, sequence);
        if (refusal !== undefined) {
          request.refused.push(refusal);
        }
      } else {
        this.#write(stream, new EventInFlight(client, sequence, request), events[index], context);
      }
    }
    request.seal();
    return request;
  }

  /** A row is durable. */
  onDurable(event: EventInFlight): void {
    this.durableCount++;
    this.#settle(event);
  }

  /** The service has refused a row. Its message says too much of the table. */
  onRefused(event: EventInFlight, error: ZerobusError): void {
    this.#refuse(event, error, 'The row of the event was refused.');
  }

  /** A request is answered, or has given up. Its events stay in flight. */
  forget(request: WaitingRequest): void {
    request.giveUp();
    this.#waiting.delete(request);
  }

  /** Gives up all requests that wait. */
  failAll(error: RequestError): void {
    for (const request of this.#waiting) {
      request.fail(error);
    }
  }

  #write(stream: EventStream, event: EventInFlight, value: unknown, context: RequestContext): void {
    const { client, sequence } = event;
    client.inFlight.set(sequence, event);
    try {
      const row = this.#rowOf(value, { ...context, client: client.id, sequence });
      if (row === undefined) {
        this.onDurable(event);
      } else {
        stream.add(event, row);
      }
    } catch (error) {
      const refusal = isZerobusError(error) ? error : notMade(error);
      this.#refuse(event, refusal, refusal.message);
    }
  }

  /** An event has no row and never will. */
  #refuse(event: EventInFlight, error: ZerobusError, message: string): void {
    const { client, sequence } = event;
    this.refusedCount++;
    const refusal = { sequence, code: error.code, message: shorten(message, MAX_MESSAGE_LENGTH) };
    this.#refusals.add(client.id, refusal);
    this.#settle(event, refusal);
    try {
      this.#options.refused?.({ client: client.id, sequence, error });
    } catch {
      // The option says that it is ignored.
    }
  }

  #rowOf(value: unknown, context: EventContext): object | undefined {
    if (isZerobusError(value)) {
      throw value;
    }
    const { row } = this.#options;
    if (row !== undefined) {
      return row(value as never, context) as object | undefined;
    }
    if (typeof value !== 'object' || value === null) {
      throw new ZerobusError('INVALID_RECORD', 'An event must be an object.');
    }
    return value;
  }

  #settle(event: EventInFlight, refusal?: EventRefusal): void {
    const { client, sequence } = event;
    client.inFlight.delete(sequence);
    client.known.add(sequence);
    event.settle(refusal);
  }
}

/** The error for an event of which the option `row` could not make a row. */
function notMade(cause: unknown): ZerobusError {
  return new ZerobusError('INVALID_RECORD', 'The row of the event could not be made.', { cause });
}
