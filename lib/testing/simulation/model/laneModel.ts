import type { ZerobusError } from '../../../errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../stream/zerobusEvent.ts';
import { contentStatuses } from '../plan/statuses.ts';
import { hasLostNothing, hasReason } from './breakReasons.ts';
import type { CallLane, CallModel } from './callModel.ts';
import type { ModelContext } from './modelContext.ts';
import type { Next } from './next.ts';
import type { BookEntry } from './recordBook.ts';
import { RenewalModel } from './renewalModel.ts';
import { checkWait, RetryModel } from './retryModel.ts';
import { RotationModel } from './rotationModel.ts';

const contentCodes: ReadonlySet<string> = new Set(contentStatuses);
const refusalCodes: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'PERMISSION_DENIED']);
/** The longest wait before a further stream opens, in milliseconds. */
const OPENING_MS = 100;

/** What one stream may do, and must do: its retries, its waits, and what it reports of them. */
export class LaneModel implements CallLane {
  readonly number: number;
  call: CallModel | undefined;
  /** The duration of the last close signal. */
  announcedMs = -1;
  /** The code with which the current call must break in this step. */
  expectedCode: string | undefined;
  /** The record that the service has refused alone. */
  refusedAlone: BookEntry | undefined;
  /** Whether it has reported anything. A failure may come first. */
  hasStarted = false;
  /** Whether fewer batches are sent, to find a record that was refused. */
  isNarrowing = false;
  readonly renewals: RenewalModel;
  readonly #context: ModelContext;
  readonly #progressCount: () => number;
  #next: Next = { kind: 'start' };
  #connectingAt = 0;
  #openedAt = 0;
  #progressAtOpening = 0;
  readonly #retries = new RetryModel();
  /** The number of records to send again when the stream was opened. */
  #replayed = 0;
  readonly #rotations: RotationModel;
  #hasOpened = false;
  /** Whether the counts cannot be seen until the next progress. */
  #isUncertain = false;
  #failureCode: string | undefined;

  constructor(number: number, context: ModelContext, canRenew: boolean, progressCount: () => number) {
    this.number = number;
    this.renewals = new RenewalModel(context, canRenew);
    this.#context = context;
    this.#rotations = new RotationModel(context);
    this.#progressCount = progressCount;
  }

  /** The code of the failure that the stream has not recovered from, and that has ended it. */
  get failureCode(): string | undefined {
    return this.#failureCode;
  }

  get isOver(): boolean {
    return this.#next.kind === 'over';
  }

  /** Whether a record is sent and not acknowledged, on another call than the given one. */
  owesSent(exceptCall: number = -1): boolean {
    return this.#context.book.countSent(this.number, exceptCall) > 0;
  }

  onCreated(): void {
    const { now } = this.#context;
    this.#hasOpened = true;
    this.#openedAt = now();
    this.renewals.isUnproven = false;
    this.#progressAtOpening = this.#progressCount();
  }

  onProgress(): void {
    this.#isUncertain = false;
    this.#retries.onProgress();
    this.renewals.onProgress();
    this.#rotations.onProgress();
  }

  onEvent(event: ZerobusEvent): void {
    const { findings } = this.#context;
    this.hasStarted = true;
    if (this.#next.kind === 'over') {
      findings.report('events', `stream ${this.number} reports ${event.kind} after its end`);
      return;
    }
    switch (event.kind) {
      case 'connecting':
        this.#onConnecting();
        break;
      case 'opened':
        this.#replayed = this.#context.book.countSent(this.number);
        findings.check(this.call?.phase === 'open', 'events', () => 'a stream is opened that is not created');
        break;
      case 'broken':
        this.#onBroken(event.error);
        break;
      case 'retry':
        this.#onRetry(event.attempt, event.waitMs);
        break;
      case 'rotation':
        findings.check(event.closesInMs === this.announcedMs, 'events', () => `closes in ${event.closesInMs}`);
        break;
      case 'tokenRenewed':
        this.renewals.onRenewed();
        return;
      case 'replayed':
        this.#onReplayed(event.records);
        break;
      case 'closed':
        this.#failureCode = this.#next.kind === 'fail' ? this.#next.code : undefined;
        if (this.#next.kind === 'unknown' && event.reason === 'failed') {
          this.#failureCode = event.error.code;
        }
        this.#next = { kind: 'over' };
        return;
      default:
    }
  }

  /** Checks what must have followed within the step. */
  afterStep(): void {
    const { findings, now, limits } = this.#context;
    const next = this.#next;
    findings.check(
      this.expectedCode === undefined || next.kind === 'over',
      'wire',
      () => `stream ${this.number} does not break with ${this.expectedCode}`,
    );
    if (next.kind === 'retry' || next.kind === 'fail') {
      findings.report(
        'retries',
        `stream ${this.number} goes on without ${next.kind === 'fail' ? 'failing' : 'a retry'}`,
      );
    } else if (next.kind === 'connect') {
      findings.check(now() <= next.atMs, 'backoff', () => `stream ${this.number} does not connect at ${next.atMs} ms`);
    } else if (next.kind === 'session' && (this.call === undefined || this.call.phase === 'creating')) {
      const lateMs = now() - this.#connectingAt - limits.recoveryTimeoutMs;
      findings.check(lateMs <= 0, 'deadlines', () => `stream ${this.number} is created ${lateMs} ms too late`);
    }
  }

  #onConnecting(): void {
    const { findings, now } = this.#context;
    const next = this.#next;
    const name = `stream ${this.number}`;
    if (next.kind === 'start') {
      findings.check(now() <= (this.number === 0 ? 0 : OPENING_MS), 'backoff', () => `${name} opens late`);
    } else if (next.kind === 'connect') {
      findings.check(now() === next.atMs, 'backoff', () => `${name} connects at ${now()}, not at ${next.atMs} ms`);
    } else if (next.kind === 'unknown') {
      this.renewals.isUnproven ||= next.isRefusal;
    } else if (next.kind === 'session') {
      const rotations = this.#nextRotation();
      findings.check(
        rotations <= 1 || this.#isUncertain,
        'backoff',
        () => `${name} connects again without a wait after ${rotations} rotations`,
      );
    } else {
      findings.report('retries', `${name} connects, but must ${next.kind}`);
    }
    findings.check(
      this.call?.isLive !== true,
      'wire',
      () => `${name} connects while its call ${this.call?.number} lives`,
    );
    this.#next = { kind: 'session' };
    this.#connectingAt = now();
    this.call = undefined;
    this.renewals.hasHeaders = false;
    findings.count('connect');
  }

  #nextRotation(): number {
    return this.#rotations.next(this.number, this.call, this.#openedAt);
  }

  #onRetry(attempt: number, waitMs: number): void {
    const { findings, now } = this.#context;
    const next = this.#next;
    let [expected, leastMs] = [0, 0];
    if (next.kind === 'retry') {
      [expected, leastMs] = [next.attempt, next.leastMs];
    } else if (next.kind === 'session') {
      expected = this.#nextRotation() - 1;
      expected = this.#isUncertain ? attempt : expected;
    } else if (next.kind === 'unknown') {
      [expected, leastMs] = [attempt, next.leastMs];
      this.#retries.failures = next.isRefusal ? this.#retries.failures : attempt;
      this.renewals.isUnproven ||= next.isRefusal;
    }
    findings.check(expected > 0, 'retries', () => `stream ${this.number} retries, but must ${next.kind}`);
    findings.check(
      attempt === expected,
      'retries',
      () => `retry ${attempt} of stream ${this.number} must be ${expected}`,
    );
    checkWait(this.#context, expected, waitMs, leastMs);
    this.#next = { kind: 'connect', atMs: now() + waitMs };
    findings.count('retry');
  }

  #onReplayed(records: number): void {
    const { findings } = this.#context;
    const expected = this.#replayed;
    findings.check(expected === records, 'events', () => `${records} records are replayed, not ${expected}`);
    findings.count('replay');
  }

  #onBroken(error: ZerobusError): void {
    const { findings, limits, hasRejected } = this.#context;
    const { code } = error;
    const { call } = this;
    findings.check(this.#next.kind === 'session', 'events', () => `stream ${this.number} breaks with ${code} twice`);
    findings.check(
      code === this.expectedCode || hasReason(code, call, this.#connectingAt, this.#context),
      'deadlines',
      () => `stream ${this.number} breaks with ${code} without a reason`,
    );
    this.expectedCode = undefined;
    findings.count(`broken ${code}`);
    const isContent = contentCodes.has(code) && (call?.inFlight ?? 0) > 0;
    if (!isContent && (this.#isUncertain || this.#forgiveIfOutlived() === undefined)) {
      this.#isUncertain = true;
      const isRefusal = refusalCodes.has(code);
      if (!isRefusal) {
        this.#countFailure();
      }
      this.#next = { kind: 'unknown', isRefusal, leastMs: isRefusal ? 0 : (error.retryAfterMs ?? 0) };
      this.renewals.isRenewing ||= isRefusal;
      return;
    }
    if (isContent && hasRejected && limits.recovery) {
      this.isNarrowing = true;
      this.#connect();
      findings.count('narrowing');
      return;
    }
    if (refusalCodes.has(code) && this.#renews()) {
      return;
    }
    if (this.#hasOpened && error.isRetryable) {
      this.renewals.isUnproven = false;
    }
    this.#countFailure();
    this.#next = this.#retries.next(error, limits);
    this.#isUncertain ||= this.#next.kind === 'unknown';
  }

  /** Returns whether the failure does not count, or `undefined` if that cannot be seen. */
  #forgiveIfOutlived(): boolean | undefined {
    const { now, limits, findings } = this.#context;
    const isOld =
      now() - this.#openedAt > limits.recoveryBackoffMaxMs || this.#progressCount() !== this.#progressAtOpening;
    const isForgiven = isOld && this.call?.wasCreated === true ? hasLostNothing(this.number, this.#context) : false;
    if (isForgiven === true) {
      this.onProgress();
      findings.count('outlived');
    }
    return isForgiven;
  }

  #countFailure(): void {
    this.#retries.onFailure(this.#progressCount(), () => hasLostNothing(this.number, this.#context));
  }

  #renews(): boolean {
    const attempt = this.renewals.next();
    if (attempt === undefined) {
      return false;
    }
    if (attempt <= 0) {
      this.#connect();
    } else {
      this.#next = { kind: 'retry', attempt, leastMs: 0 };
    }
    return true;
  }

  #connect(): void {
    this.#next = { kind: 'connect', atMs: this.#context.now() };
  }
}
