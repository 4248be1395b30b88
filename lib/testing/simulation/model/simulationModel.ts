import type { ZerobusError } from '../../../errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../stream/zerobusEvent.ts';
import type { Emission } from '../plan/emission.ts';
import type { SimulatedRecord } from '../plan/simulatedRecord.ts';
import type { SimulationPlan } from '../plan/simulationPlan.ts';
import { CallModel, type ServiceSignal } from './callModel.ts';
import type { Findings } from './findings.ts';
import { LaneModel } from './laneModel.ts';
import { LoadModel } from './loadModel.ts';
import type { ModelContext } from './modelContext.ts';
import { type Endings, OutputModel } from './outputModel.ts';
import { type BookEntry, RecordBook } from './recordBook.ts';
import { RejectionModel } from './rejectionModel.ts';
import { TableModel } from './tableModel.ts';
import { textOf, textOfSignal } from './texts.ts';

/** What a model needs to know of a run. */
export interface ModelOptions {
  readonly plan: SimulationPlan;
  readonly emits: Emission;
  readonly findings: Findings;
  readonly now: () => number;
  readonly sourceError: unknown;
  readonly abortReason: () => unknown;
  readonly lastRandom: () => number;
  /** Whether refused headers can be renewed. */
  readonly canRenew: boolean;
}

/**
 * What the client promises, as a model that sees only what goes in and out: values, requests, signals of the service,
 * events and the end. It shares no code with the client.
 */
export class SimulationModel {
  readonly book: RecordBook;
  readonly output: OutputModel;
  readonly load: LoadModel;
  readonly table: TableModel;
  /** When the source has ended. */
  sourceEndedAt: number | undefined;
  /** The code with which the operator must fail. */
  expectedFailure: string | undefined;
  readonly #options: ModelOptions;
  readonly #context: ModelContext;
  readonly #lanes: readonly LaneModel[];
  readonly #calls: CallModel[] = [];
  readonly #rejections: RejectionModel;
  readonly #nested: BookEntry[] = [];
  #connecting = 0;
  #progressCount = 0;
  #announcedWatermark: number | undefined;
  #closed: string | undefined;

  constructor(options: ModelOptions) {
    const { plan, findings, now, emits, lastRandom, canRenew, sourceError, abortReason } = options;
    this.#options = options;
    this.book = new RecordBook(plan, findings);
    this.table = new TableModel(plan, findings, this.book, emits === 'anything');
    this.#context = {
      limits: plan.limits,
      book: this.book,
      findings,
      now,
      hasRejected: plan.hasRejected,
      isOpenWorld: emits === 'anything',
      lastRandom,
      isStored: (id) => this.table.has(id),
      hasSourceEnded: () => this.sourceEndedAt !== undefined || emits === 'anything',
    };
    this.#lanes = Array.from(
      { length: plan.limits.streams },
      (_, number) => new LaneModel(number, this.#context, canRenew, () => this.#othersProgress),
    );
    this.#rejections = new RejectionModel(this.#context, this.#lanes);
    const endings: Endings = {
      emits,
      sourceError,
      abortReason,
      sourceEndedAt: () => this.sourceEndedAt,
      expectedFailure: () => this.expectedFailure ?? (this.load.isExceeded === false ? undefined : 'BUFFER_OVERFLOW'),
    };
    this.output = new OutputModel(this.#context, endings, this.#lanes);
    this.load = new LoadModel(this.#context, this.output);
  }

  /** The stream that has connected last. */
  get connectingLane(): LaneModel {
    return this.lane(this.#connecting);
  }

  lane(number: number): LaneModel {
    return this.#lanes[number] as LaneModel;
  }

  /** The source is about to emit a value. */
  onValue(record: SimulatedRecord, isNested: boolean): void {
    const { plan, findings, emits } = this.#options;
    const { kind } = record;
    findings.log(() => `the source emits ${record.id}${kind === 'good' ? '' : `, ${kind}`}`);
    this.load.onValue();
    if (kind === 'unfit' || kind === 'keyless') {
      this.book.add(record, plan.hasRejected ? 'held' : 'refused');
      if (!plan.hasRejected) {
        this.sourceEndedAt ??= this.#options.now();
      } else if (this.#rejections.onUnsent()) {
        this.expectedFailure = 'TOO_MANY_REJECTIONS';
      }
    } else if (kind === 'blank') {
      this.book.add(record, 'blank');
      if (emits !== 'values') {
        this.#rejections.onAccepted();
      }
    } else if (plan.limits.overflow === 'dropNewest' && this.load.isFull === true) {
      this.book.add(record, 'dropped');
      // Nothing is reported after the end, from within which it is emitted.
      this.load.droppedCount += this.#closed === undefined ? 0 : 1;
    } else {
      this.book.add(record, emits === 'anything' ? 'unseen' : 'queued');
      this.#rejections.onAccepted();
    }
    const entry = this.book.entries.at(-1);
    if (isNested && entry !== undefined) {
      entry.isNested = true;
      this.#nested.push(entry);
    }
  }

  /** A value is taken, and so are those that were emitted meanwhile. */
  onTaken(): void {
    if (this.#nested.length === 0) {
      return;
    }
    this.book.discardBehindRefused();
    for (const entry of this.#nested.splice(0)) {
      entry.isNested = false;
    }
  }

  onEvent(event: ZerobusEvent): void {
    const { findings, now } = this.#options;
    const number = event.stream ?? 0;
    const stream = event.stream === undefined ? '' : ` of stream ${event.stream}`;
    findings.log(() => `event${stream}: ${textOf(event)}`);
    findings.check(event.at === now(), 'events', () => `${event.kind} at ${event.at} ms`);
    findings.check(this.#closed === undefined, 'events', () => `${event.kind} after the end`);
    switch (event.kind) {
      case 'durable':
        findings.check(event.offset > this.output.emitted, 'events', () => `durable ${event.offset} twice`);
        this.#announcedWatermark = event.offset;
        return;
      case 'dropped':
        this.load.onDropped(event);
        return;
      case 'paused':
      case 'resumed':
        findings.count(`event ${event.kind}`);
        return;
      case 'rejected':
        this.#rejections.announced = event.offset;
        return;
      default:
    }
    if (event.kind === 'connecting') {
      this.#connecting = number;
    }
    this.lane(number).onEvent(event);
    if (event.kind === 'closed' && this.#lanes.length === 1) {
      this.#closed = event.reason;
    }
  }

  onNext(value: unknown): void {
    const { findings, emits } = this.#options;
    findings.log(
      () => `the pipeline emits ${emits === 'values' ? (value as { readonly id: number }).id : String(value)}`,
    );
    if (emits === 'watermark') {
      findings.check(value === this.#announcedWatermark, 'events', () => `no event of watermark ${String(value)}`);
    }
    this.output.onNext(value);
  }

  /** See {@link RejectionModel.onRejected}. */
  onRejected(offset: number, payload: string | Uint8Array | undefined, error: ZerobusError): BookEntry | undefined {
    return this.#rejections.onRejected(offset, payload, error);
  }

  /** The client opens a call. */
  onOpen(number: number, lane: number): CallModel {
    const { findings } = this.#options;
    const call = new CallModel(number, this.lane(lane), this.#context);
    findings.log(() => `call ${number} of stream ${lane} is opened`);
    const live = this.#calls.find((each) => each.isLive && each.lane === call.lane);
    findings.check(live === undefined, 'wire', () => `call ${number} is opened while call ${live?.number} lives`);
    this.#calls.push(call);
    this.lane(lane).call = call;
    return call;
  }

  /** Delivers what the service says, and checks what follows. */
  deliver(call: CallModel, signal: ServiceSignal, act: () => void): void {
    const { findings, plan } = this.#options;
    const lane = this.lane(call.lane.number);
    if (!call.isLive) {
      return;
    }
    const phase = call.phase;
    findings.log(() => `call ${call.number} gets ${textOfSignal(signal)}`);
    findings.count(`signal ${signal.kind} @ ${phase}`);
    if (signal.kind === 'failure') {
      findings.count(`status ${signal.error.code} @ ${phase}`);
      this.expectedFailure = this.#rejections.onFailure(call, signal.error.code) ?? this.expectedFailure;
    }
    const ackedBefore = call.acked;
    const consequence = call.onSignal(signal);
    const hasProgress = call.acked > ackedBefore;
    if (hasProgress) {
      this.#progressCount++;
      this.#rejections.onProgress();
    }
    lane.expectedCode = typeof consequence === 'object' ? consequence.code : undefined;
    if (signal.kind === 'end' || signal.kind === 'failure') {
      call.onOver();
    }
    act();
    if (this.output.end !== undefined || lane.isOver) {
      return;
    }
    if (call.isOpening) {
      return;
    }
    const code = lane.expectedCode;
    findings.check(code === undefined, 'wire', () => `call ${call.number} does not break with ${code}`);
    findings.check(consequence === 'none' || !call.isLive, 'wire', () => `call ${call.number} is not over`);
    if (hasProgress && plan.limits.overflow === 'error') {
      this.output.checkPrompt();
    }
  }

  /** Checks everything that must hold between two steps. */
  afterStep(): void {
    if (this.output.end !== undefined) {
      return;
    }
    for (const lane of this.#lanes) {
      lane.afterStep();
      lane.call?.checkDeadlines();
    }
    this.load.afterStep();
    this.#checkFlush();
  }

  /** Checks what must hold at the end. */
  checkEnd(): void {
    const { findings } = this.#options;
    this.load.checkDropped();
    for (const call of this.#calls) {
      findings.check(!call.isLive, 'end', () => `call ${call.number} is ${call.phase} after the end`);
    }
    for (const lane of this.#lanes) {
      findings.check(lane.isOver || !lane.hasStarted, 'events', () => `stream ${lane.number} has not reported its end`);
    }
    if (this.#closed !== undefined) {
      // It may have been unsubscribed from within the event.
      const { end } = this.output;
      const isRight = this.#closed === 'cancelled' ? end !== 'completed' : true;
      findings.check(isRight, 'events', () => `it is closed as ${this.#closed}, but has ${end}`);
    }
  }

  get #othersProgress(): number {
    return this.#lanes.length === 1 ? 0 : this.#progressCount;
  }

  #checkFlush(): void {
    const { findings, now, plan } = this.#options;
    const { sourceEndedAt } = this;
    if (sourceEndedAt !== undefined && now() > sourceEndedAt + plan.limits.flushTimeoutMs) {
      const owed = this.book.owed();
      // Which values were dropped behind the last one that is emitted can't be seen before the end.
      const isDropped = owed.length <= this.load.droppedCount - this.book.droppedCount;
      findings.check(
        owed.length === 0 || (isDropped && owed.every(({ place }) => place === 'queued')),
        'deadlines',
        () => 'not everything is durable after flushTimeoutMs',
      );
    }
  }
}
