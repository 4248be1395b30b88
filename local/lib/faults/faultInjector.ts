import { type Fault, FaultRules, type FaultScope } from './faultRules.ts';
import type { FaultStatus, LiveStream } from './liveStream.ts';

/** How a token request fails. */
export interface TokenFailure {
  /** The HTTP status, 400 to 599. */
  readonly httpStatus: number;
  /** The OAuth error code. Default: `injected_fault`. */
  readonly error?: string;
}

/** What is sent for one ack: each entry is an offset, or undefined for an ack without its field. */
export interface AckPlan {
  readonly delayMs: number;
  readonly offsets: readonly (number | undefined)[];
}

type AckChange = (offset: number) => readonly (number | undefined)[];

/**
 * Makes the server misbehave, for tests of clients. Nothing here ever touches the rows: what is stored stays right.
 *
 * Faults that wait for something to happen (a stream being opened, an ack, a token request) stay in force until they
 * are cleared, by their own handle or all at once, or have happened `times` times. Where several meet, the oldest of
 * its kind goes first.
 */
export class FaultInjector {
  readonly #streams: ReadonlySet<LiveStream>;
  readonly #refusals = new FaultRules<FaultStatus>();
  readonly #hangs = new FaultRules<true>();
  readonly #ackDelays = new FaultRules<number>();
  readonly #ackChanges = new FaultRules<AckChange>();
  readonly #tokenFailures = new FaultRules<TokenFailure>();
  readonly #tokenHangs = new FaultRules<true>();
  readonly #deadTokens = new FaultRules<true>();

  /** @param streams the streams that are open now; the server keeps the set up to date */
  constructor(streams: ReadonlySet<LiveStream>) {
    this.#streams = streams;
  }

  /** Answers `create_stream` with a status instead of opening the stream. */
  refuseStreams(fault: FaultStatus & FaultScope): Fault {
    return this.#refusals.add(fault, fault);
  }

  /** Never answers `create_stream`. Streams that hang go on hanging when the fault is cleared. */
  hangStreams(scope: FaultScope = {}): Fault {
    return this.#hangs.add(scope, true);
  }

  /** Sends each ack `delayMs` milliseconds late. */
  delayAcks(fault: FaultScope & { readonly delayMs: number }): Fault {
    return this.#ackDelays.add(fault, fault.delayMs);
  }

  /** Sends no ack, though the rows are stored. */
  dropAcks(scope: FaultScope = {}): Fault {
    return this.#ackChanges.add(scope, () => []);
  }

  /** Sends each ack `copies` more times. Default: once more. */
  duplicateAcks(fault: FaultScope & { readonly copies?: number } = {}): Fault {
    const copies = fault.copies ?? 1;
    return this.#ackChanges.add(fault, (offset) => Array.from({ length: copies + 1 }, () => offset));
  }

  /** Acknowledges `by` offsets more than are durable. */
  overAck(fault: FaultScope & { readonly by: number }): Fault {
    return this.#ackChanges.add(fault, (offset) => [offset + fault.by]);
  }

  /** Acknowledges this offset, whatever is durable: a negative one, or one that was acknowledged long ago. */
  replaceAcks(fault: FaultScope & { readonly offset: number }): Fault {
    return this.#ackChanges.add(fault, () => [fault.offset]);
  }

  /** Sends acks that lack the offset. */
  omitAckOffsets(scope: FaultScope = {}): Fault {
    return this.#ackChanges.add(scope, () => [undefined]);
  }

  /** Ends the open streams with a status, now. @returns how many */
  closeStreams(fault: FaultStatus & Pick<FaultScope, 'table'>): number {
    return this.#forEachStream(fault.table, (stream) => stream.closeWith(fault));
  }

  /** Destroys the sockets under the open streams, now. @returns how many streams were cut */
  cutConnections(scope: Pick<FaultScope, 'table'> = {}): number {
    return this.#forEachStream(scope.table, (stream) => stream.cut());
  }

  /** Sends the open streams a close signal that leaves them `durationMs` milliseconds, now. @returns how many */
  signalClose(fault: Pick<FaultScope, 'table'> & { readonly durationMs: number }): number {
    return this.#forEachStream(fault.table, (stream) => stream.signalClose(fault.durationMs));
  }

  /** Answers token requests with an HTTP error. */
  failTokenRequests(fault: TokenFailure & Pick<FaultScope, 'times'>): Fault {
    return this.#tokenFailures.add(scopeOf(fault), fault);
  }

  /** Never answers token requests. */
  hangTokenRequests(scope: Pick<FaultScope, 'times'> = {}): Fault {
    return this.#tokenHangs.add(scopeOf(scope), true);
  }

  /** Issues tokens that have expired when they arrive: `expires_in` is 0. */
  issueDeadTokens(scope: Pick<FaultScope, 'times'> = {}): Fault {
    return this.#deadTokens.add(scopeOf(scope), true);
  }

  /** Ends every fault that is in force. */
  clear(): void {
    const all = [
      this.#refusals,
      this.#hangs,
      this.#ackDelays,
      this.#ackChanges,
      this.#tokenFailures,
      this.#tokenHangs,
      this.#deadTokens,
    ];
    for (const rules of all) {
      rules.clear();
    }
  }

  /** @internal asked by the server before it opens a stream */
  onCreate(table: string): FaultStatus | 'hang' | undefined {
    return this.#hangs.take(table) ? 'hang' : this.#refusals.take(table);
  }

  /** @internal asked by the server before it sends an ack; undefined: send it as it is */
  onAck(table: string, offset: number): AckPlan | undefined {
    const delayMs = this.#ackDelays.take(table);
    const change = this.#ackChanges.take(table);
    if (delayMs === undefined && change === undefined) {
      return undefined;
    }
    return { delayMs: delayMs ?? 0, offsets: change === undefined ? [offset] : change(offset) };
  }

  /** @internal asked by the server before it answers a token request */
  onTokenRequest(): TokenFailure | 'hang' | 'dead' | undefined {
    if (this.#tokenHangs.take()) {
      return 'hang';
    }
    return this.#tokenFailures.take() ?? (this.#deadTokens.take() ? 'dead' : undefined);
  }

  #forEachStream(table: string | undefined, action: (stream: LiveStream) => void): number {
    const met = [...this.#streams].filter((stream) => table === undefined || stream.tableName === table);
    for (const stream of met) {
      action(stream);
    }
    return met.length;
  }
}

/** Token requests belong to no table. */
function scopeOf({ times }: Pick<FaultScope, 'times'>): FaultScope {
  return times === undefined ? {} : { times };
}
