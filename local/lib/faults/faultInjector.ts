import type { ActiveFault } from '../live/api/faultView.ts';
import { type Fault, FaultRules, type FaultScope } from './faultRules.ts';
import type { FaultStatus, LiveStream } from './liveStream.ts';

/** The answer to a token request that fails. */
export interface TokenFailure {
  /** The HTTP status, 400 to 599. */
  readonly httpStatus: number;
  /** The OAuth error code. Defaults to `injected_fault`. */
  readonly error?: string;
}

/** The acks that are sent instead of one. Each has an offset, or undefined to omit the field. */
export interface AckPlan {
  readonly delayMs: number;
  readonly offsets: readonly (number | undefined)[];
}

/** What happens to the answer of a REST request whose records are stored. */
export interface AnswerPlan {
  readonly delayMs: number;
  readonly isDropped: boolean;
}

type AckChange = (offset: number) => readonly (number | undefined)[];

const dropAck: AckChange = () => [];

/**
 * Injects faults, to test clients. Faults never touch the rows: what is stored is always right.
 *
 * Faults that wait for an event (a stream is opened, an ack, a token request) are in force until they are cleared, by
 * their handle or all at once, or until they have happened `times` times. If several faults of one kind apply, the
 * oldest wins.
 */
export class FaultInjector {
  readonly #streams: ReadonlySet<LiveStream>;
  #lastId = 0;
  readonly #nextId = (): number => ++this.#lastId;
  readonly #refusals = new FaultRules<FaultStatus>(this.#nextId);
  readonly #hangs = new FaultRules<true>(this.#nextId);
  readonly #ackDelays = new FaultRules<number>(this.#nextId);
  readonly #ackChanges = new FaultRules<AckChange>(this.#nextId);
  readonly #tokenFailures = new FaultRules<TokenFailure>(this.#nextId);
  readonly #tokenHangs = new FaultRules<true>(this.#nextId);
  readonly #deadTokens = new FaultRules<true>(this.#nextId);
  readonly #all: readonly FaultRules<unknown>[] = [
    this.#refusals,
    this.#hangs,
    this.#ackDelays,
    this.#ackChanges,
    this.#tokenFailures,
    this.#tokenHangs,
    this.#deadTokens,
  ];

  /** @param streams the open streams; the server updates the set */
  constructor(streams: ReadonlySet<LiveStream>) {
    this.#streams = streams;
  }

  /** Answers `create_stream` with a status instead of opening the stream. */
  refuseStreams(fault: FaultStatus & FaultScope): Fault {
    return this.#refusals.add({ kind: 'refuseStreams', fault }, fault);
  }

  /** Never answers `create_stream`. Streams that hang continue to do so after the fault is cleared. */
  hangStreams(scope: FaultScope = {}): Fault {
    return this.#hangs.add({ kind: 'hangStreams', fault: scope }, true);
  }

  /** Sends each ack `delayMs` milliseconds late. */
  delayAcks(fault: FaultScope & { readonly delayMs: number }): Fault {
    return this.#ackDelays.add({ kind: 'delayAcks', fault }, fault.delayMs);
  }

  /** Sends no acks, although the rows are stored. */
  dropAcks(scope: FaultScope = {}): Fault {
    return this.#ackChanges.add({ kind: 'dropAcks', fault: scope }, dropAck);
  }

  /** Sends `copies` additional copies of each ack. Defaults to 1. */
  duplicateAcks(fault: FaultScope & { readonly copies?: number } = {}): Fault {
    const copies = fault.copies ?? 1;
    return this.#ackChanges.add({ kind: 'duplicateAcks', fault }, (offset) =>
      Array.from({ length: copies + 1 }, () => offset),
    );
  }

  /** Acknowledges `by` more offsets than are durable. */
  overAck(fault: FaultScope & { readonly by: number }): Fault {
    return this.#ackChanges.add({ kind: 'overAck', fault }, (offset) => [offset + fault.by]);
  }

  /** Acknowledges this offset instead of the durable one, such as a negative or an old offset. */
  replaceAcks(fault: FaultScope & { readonly offset: number }): Fault {
    return this.#ackChanges.add({ kind: 'replaceAcks', fault }, () => [fault.offset]);
  }

  /** Sends acks without an offset. */
  omitAckOffsets(scope: FaultScope = {}): Fault {
    return this.#ackChanges.add({ kind: 'omitAckOffsets', fault: scope }, () => [undefined]);
  }

  /** Ends the open streams with a status, at once. @returns the number of streams */
  closeStreams(fault: FaultStatus & Pick<FaultScope, 'table'>): number {
    return this.#forEachStream(fault.table, (stream) => stream.closeWith(fault));
  }

  /** Destroys the sockets of the open streams, at once. @returns the number of streams */
  cutConnections(scope: Pick<FaultScope, 'table'> = {}): number {
    return this.#forEachStream(scope.table, (stream) => stream.cut());
  }

  /** Sends the open streams a close signal with `durationMs` milliseconds, at once. @returns the number of streams */
  signalClose(fault: Pick<FaultScope, 'table'> & { readonly durationMs: number }): number {
    return this.#forEachStream(fault.table, (stream) => stream.signalClose(fault.durationMs));
  }

  /** Answers token requests with an HTTP error. */
  failTokenRequests(fault: TokenFailure & Pick<FaultScope, 'times'>): Fault {
    return this.#tokenFailures.add({ kind: 'failTokenRequests', fault }, fault);
  }

  /** Never answers token requests. */
  hangTokenRequests(scope: Pick<FaultScope, 'times'> = {}): Fault {
    return this.#tokenHangs.add({ kind: 'hangTokenRequests', fault: scope }, true);
  }

  /** Issues tokens that are expired when they arrive: `expires_in` is 0. */
  issueDeadTokens(scope: Pick<FaultScope, 'times'> = {}): Fault {
    return this.#deadTokens.add({ kind: 'issueDeadTokens', fault: scope }, true);
  }

  /** The faults that are in force, oldest first. */
  get active(): readonly ActiveFault[] {
    return this.#all.flatMap(({ active }) => active).sort((a, b) => a.id - b.id);
  }

  /**
   * Clears every fault that is in force.
   *
   * @param id clears only the fault that {@link active} lists with this id
   */
  clear(id?: number): void {
    for (const rules of this.#all) {
      rules.clear(id);
    }
  }

  /** @internal Called by the server before it opens a stream. */
  onCreate(table: string): FaultStatus | 'hang' | undefined {
    return this.#hangs.take(table) ? 'hang' : this.#refusals.take(table);
  }

  /** @internal Called by the server before it sends an ack. @returns undefined to send it as it is */
  onAck(table: string, offset: number): AckPlan | undefined {
    const delayMs = this.#ackDelays.take(table);
    const change = this.#ackChanges.take(table);
    if (delayMs === undefined && change === undefined) {
      return undefined;
    }
    return { delayMs: delayMs ?? 0, offsets: change === undefined ? [offset] : change(offset) };
  }

  /** @internal Called by the server before it answers a REST request, which has no offset that could be wrong. */
  onAnswer(table: string): AnswerPlan {
    const delayMs = this.#ackDelays.take(table) ?? 0;
    const drop = this.#ackChanges.take(table, (change) => change === dropAck);
    return { delayMs, isDropped: drop !== undefined };
  }

  /** @internal Called by the server before it answers a token request. */
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
