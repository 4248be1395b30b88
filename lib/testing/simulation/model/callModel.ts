import type { ZerobusError } from '../../../errors/zerobusError.ts';
import type { ModelContext } from './modelContext.ts';
import type { BookEntry } from './recordBook.ts';

/** What the service says to the client. */
export type ServiceSignal =
  | { readonly kind: 'created' }
  | { readonly kind: 'ack'; readonly offset: number | undefined }
  | { readonly kind: 'close signal'; readonly durationMs: number }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly error: ZerobusError };

/** What must follow from a signal within the same step. */
export type Consequence = 'none' | 'over' | { readonly code: string };

/** What follows from most signals. */
const NOTHING = 'none';

/** The longest time that the service may take to end a call, in milliseconds. */
const LEAVING_MS = 2000;

/** The stream of a call, as the call sees it. */
export interface CallLane {
  readonly number: number;
  /** Whether fewer batches are sent, to find a record that was refused. */
  readonly isNarrowing: boolean;
  /** The duration of the last close signal. */
  announcedMs: number;
  /** Whether a record is sent and not acknowledged, on another call than the given one. */
  owesSent(exceptCall?: number): boolean;
  onCreated(): void;
  onProgress(): void;
}

/** What one call may do, and must do, as the service sees it. */
export class CallModel {
  readonly number: number;
  readonly lane: CallLane;
  readonly batches: BookEntry[][] = [];
  phase: 'creating' | 'open' | 'paused' | 'leaving' | 'over' = 'creating';
  isWritable = true;
  /** Whether the client has not got hold of it yet. */
  isOpening = true;
  /** Whether the stream was created on it. */
  wasCreated = false;
  /** The number of batches that are acknowledged. */
  acked = 0;
  readonly #context: ModelContext;
  #waitingSince = 0;
  #deadline = Number.POSITIVE_INFINITY;
  #hasAsked = false;
  #nextId = 0;

  constructor(number: number, lane: CallLane, context: ModelContext) {
    this.number = number;
    this.lane = lane;
    this.#context = context;
  }

  /** The number of batches in flight. */
  get inFlight(): number {
    return this.batches.length - this.acked;
  }

  get isLive(): boolean {
    return this.phase !== 'over';
  }

  onCreate(): void {
    const { findings } = this.#context;
    findings.check(this.phase === 'creating' && !this.#hasAsked, 'wire', () => `call ${this.number} asks twice`);
    this.#hasAsked = true;
  }

  /** The client sends a batch. */
  onBatch(physicalOffset: number, entries: BookEntry[], isWritableAfter: boolean): void {
    const { findings, limits, now } = this.#context;
    const name = `batch ${physicalOffset} of call ${this.number}`;
    findings.check(this.phase === 'open', 'wire', () => `${name} is sent while the call is ${this.phase}`);
    findings.check(this.isWritable, 'backpressure', () => `${name} is sent before the connection has drained`);
    findings.check(physicalOffset === this.batches.length, 'wire', () => `${name} must be ${this.batches.length}`);
    findings.check(entries.length > 0, 'wire', () => `${name} is empty`);
    findings.check(entries.length <= limits.maxBatchRecords, 'bounds', () => `${name} has ${entries.length} records`);
    this.#checkBytes(name, entries);
    for (const entry of entries) {
      this.#send(entry);
    }
    if (this.inFlight === 0) {
      this.#waitingSince = now();
    }
    this.batches.push(entries);
    this.isWritable = isWritableAfter;
  }

  onHalfClose(): void {
    const { findings, now, hasSourceEnded } = this.#context;
    const isRotating = this.phase === 'paused' && this.inFlight === 0;
    const isDone = hasSourceEnded() && this.inFlight === 0 && !this.lane.owesSent();
    findings.check(isRotating || isDone, 'wire', () => `call ${this.number} is half-closed too early`);
    this.phase = 'leaving';
    this.#deadline = now() + LEAVING_MS;
  }

  onOver(): void {
    this.phase = 'over';
  }

  /** Takes in what the service says, and returns what must follow from it. */
  onSignal(signal: ServiceSignal): Consequence {
    if (this.phase === 'over') {
      return NOTHING;
    }
    if (this.phase === 'leaving') {
      return signal.kind === 'end' || signal.kind === 'failure' ? 'over' : NOTHING;
    }
    switch (signal.kind) {
      case 'failure':
        return this.phase === 'paused' && signal.error.isRetryable ? 'over' : { code: signal.error.code };
      case 'end':
        return this.phase === 'paused' ? 'over' : { code: 'UNAVAILABLE' };
      case 'garbage':
        return { code: 'PROTOCOL_ERROR' };
      case 'created':
        return this.#onCreated();
      case 'ack':
        return this.#onAck(signal.offset);
      default:
        return this.#onCloseSignal(signal.durationMs);
    }
  }

  /** Checks that no deadline was missed. */
  checkDeadlines(): void {
    const { findings, limits, now } = this.#context;
    if (this.phase === 'over' || this.phase === 'creating') {
      return;
    }
    findings.check(now() <= this.#deadline, 'deadlines', () => `call ${this.number} is ${this.phase} for too long`);
    const lateMs = now() - this.#waitingSince - limits.serverLackOfAckTimeoutMs;
    findings.check(
      this.inFlight === 0 || this.phase === 'leaving' || lateMs <= 0,
      'deadlines',
      () => `call ${this.number} waits for acks, ${lateMs} ms more than serverLackOfAckTimeoutMs`,
    );
    findings.check(
      this.phase !== 'open' || !this.isWritable || this.lane.isNarrowing || !this.lane.owesSent(this.number),
      'progress',
      () => `call ${this.number} does not send again what an earlier call has sent`,
    );
  }

  /** Whether the watchdog may end the call now. */
  get isOverdue(): boolean {
    const { now, limits } = this.#context;
    return this.inFlight > 0 && now() - this.#waitingSince >= limits.serverLackOfAckTimeoutMs;
  }

  #checkBytes(name: string, entries: readonly BookEntry[]): void {
    const { findings, limits, isOpenWorld } = this.#context;
    let bytes = 0;
    let largest = 0;
    for (const { record } of entries) {
      bytes += record.wireBytes;
      largest = Math.max(largest, record.wireBytes);
    }
    const isBounded = isOpenWorld || entries.length === 1 || bytes < limits.maxBatchBytes + largest;
    findings.check(isBounded, 'bounds', () => `${name} has ${bytes} bytes`);
  }

  #send(entry: BookEntry): void {
    const { book, findings, isOpenWorld } = this.#context;
    const { id } = entry.record;
    findings.check(
      isOpenWorld || id >= this.#nextId,
      'order',
      () => `record ${id} is sent behind record ${this.#nextId - 1} on call ${this.number}`,
    );
    if (isOpenWorld && entry.place === 'unseen') {
      book.move(entry, 'queued');
    }
    const isPending = entry.place === 'queued' || entry.place === 'sent';
    findings.check(isPending, 'conservation', () => `record ${id} is sent, but it is ${entry.place}`);
    const isElsewhere = entry.place === 'sent' && entry.lane !== this.lane.number;
    findings.check(!isElsewhere, 'order', () => `record ${id} of stream ${entry.lane} is sent by ${this.lane.number}`);
    findings.check(entry.connection !== this.number, 'conservation', () => `record ${id} is sent twice on a call`);
    if (!isOpenWorld) {
      for (; this.#nextId < id; this.#nextId++) {
        this.#skip(book.entries[this.#nextId] as BookEntry, entry);
      }
      this.#nextId = id + 1;
    }
    if (entry.place === 'queued') {
      book.move(entry, 'sent');
    }
    entry.lane = this.lane.number;
    entry.connection = this.number;
  }

  /** A record that is left behind: it must be settled, or of another stream. */
  #skip(skipped: BookEntry, sent: BookEntry): void {
    const { limits, findings, book } = this.#context;
    const { id } = skipped.record;
    if (skipped.place === 'sent' && skipped.lane === this.lane.number) {
      findings.report('order', `record ${sent.record.id} is sent before ${id}, which an earlier call has sent`);
    }
    if (skipped.place !== 'queued') {
      return;
    }
    if (limits.streams === 1) {
      book.passOver(skipped, `record ${sent.record.id} is sent before it`);
    } else if (limits.hasKeys && skipped.record.key === sent.record.key && limits.overflow === 'error') {
      findings.report('order', `record ${sent.record.id} is sent before ${id}, which has the same key`);
    }
  }

  #onCreated(): Consequence {
    if (this.phase !== 'creating') {
      return { code: 'PROTOCOL_ERROR' };
    }
    this.phase = 'open';
    this.wasCreated = true;
    this.lane.onCreated();
    return NOTHING;
  }

  #onAck(offset: number | undefined): Consequence {
    const { book, findings, isStored, now } = this.#context;
    if (this.phase === 'creating' || offset === undefined || offset < 0 || offset >= this.batches.length) {
      return { code: 'PROTOCOL_ERROR' };
    }
    if (offset < this.acked) {
      return NOTHING;
    }
    for (; this.acked <= offset; this.acked++) {
      for (const entry of this.batches[this.acked] as BookEntry[]) {
        const { id } = entry.record;
        findings.check(isStored(id), 'durability', () => `record ${id} is acknowledged, but not stored`);
        if (entry.place === 'sent') {
          book.move(entry, 'durable');
        }
      }
    }
    this.#waitingSince = now();
    this.lane.onProgress();
    return NOTHING;
  }

  #onCloseSignal(durationMs: number): Consequence {
    const { limits, now } = this.#context;
    if (this.phase === 'creating') {
      return { code: 'PROTOCOL_ERROR' };
    }
    if (this.phase === 'open') {
      this.phase = 'paused';
      this.lane.announcedMs = durationMs;
      this.#deadline = now() + Math.min(durationMs, limits.streamPausedMaxWaitTimeMs ?? durationMs);
    }
    return NOTHING;
  }
}
