import { Observable, type Subscriber } from 'rxjs';
import type { SimulationModel } from './model/simulationModel.ts';
import type { Emission } from './plan/emission.ts';
import { type SimulatedRecord, simulatedRecord } from './plan/simulatedRecord.ts';
import type { SimulationPlan } from './plan/simulationPlan.ts';
import type { SimulatedClock } from './simulatedClock.ts';

/** What the source of a run needs. */
export interface SourceWorld {
  readonly plan: SimulationPlan;
  readonly clock: SimulatedClock;
  readonly emits: Emission;
  readonly model: () => SimulationModel;
  /** The error that it may end with. */
  readonly error: Error;
}

/** Echoes of a watermark that emit one more value each. */
const ECHOES = 2;
/** The time after which an echo goes on by itself, in milliseconds. */
const ECHO_MS = 3000;

/** The source of a run: emits what the plan says, when the plan says it. */
export class SimulatedSource {
  readonly #world: SourceWorld;
  #subscriber: Subscriber<SimulatedRecord> | undefined;
  #isPaused = false;
  #hasEnded = false;
  #emitted = 0;
  /** The number of values that are being taken. */
  #depth = 0;
  #isWaiting = false;

  constructor(world: SourceWorld) {
    this.#world = world;
  }

  /** Emits the values. Subscribe only once. */
  get values$(): Observable<SimulatedRecord> {
    return new Observable((subscriber) => {
      this.#subscriber = subscriber;
      this.#go();
      return () => {
        this.#hasEnded = true;
      };
    });
  }

  /** The same values for something that pulls them. */
  *values(): Generator<SimulatedRecord, void> {
    const { plan, model, error } = this.#world;
    while (this.#emitted < plan.records && !this.#hasEnded) {
      yield this.#next();
    }
    model().sourceEndedAt ??= this.#world.clock.now();
    if (plan.ending === 'error') {
      throw error;
    }
  }

  /** Whether something is still subscribed to it. */
  get isAlive(): boolean {
    return this.#subscriber !== undefined && !this.#subscriber.closed;
  }

  /** The source is asked to pause, or may resume. */
  onPressure(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused && this.#isWaiting) {
      this.#isWaiting = false;
      this.#go();
    }
  }

  /** The pipeline has emitted something. */
  onOutput(): void {
    for (let count = 0; count < ECHOES && this.#world.plan.shape === 'echo'; count++) {
      this.emit();
    }
    this.#endIfDone();
  }

  /** Emits one value, if any is left. */
  emit(): boolean {
    const subscriber = this.#subscriber;
    if (subscriber === undefined || this.#hasEnded || subscriber.closed || this.#emitted >= this.#world.plan.records) {
      return false;
    }
    const record = this.#next();
    this.#depth++;
    subscriber.next(record);
    this.#depth--;
    if (this.#depth === 0) {
      this.#world.model().onTaken();
    }
    return true;
  }

  /** Ends before all values are emitted. */
  end(): void {
    this.#emitted = Math.max(this.#emitted, this.#world.plan.records);
    this.#endIfDone();
  }

  #next(): SimulatedRecord {
    const { plan, emits, model } = this.#world;
    const record = simulatedRecord(plan, this.#emitted++, emits);
    model().onValue(record, this.#depth > 0);
    return record;
  }

  #go(): void {
    const { plan, clock } = this.#world;
    const count = { burst: plan.records, bursts: plan.burst, slow: 1, polite: plan.burst, echo: plan.burst }[
      plan.shape
    ];
    for (let emitted = 0; emitted < count; emitted++) {
      if (plan.shape === 'polite' && this.#isPaused) {
        this.#isWaiting = true;
        return;
      }
      if (!this.emit()) {
        break;
      }
    }
    if (this.#endIfDone()) {
      return;
    }
    // An echo whose records are all lost on the way would wait for ever.
    clock.later(plan.shape === 'echo' ? ECHO_MS : plan.gapMs, () => this.#go());
  }

  #endIfDone(): boolean {
    const { plan, model, clock, error } = this.#world;
    const subscriber = this.#subscriber;
    if (this.#hasEnded || subscriber === undefined || subscriber.closed) {
      return true;
    }
    if (this.#emitted < plan.records || plan.ending === 'never') {
      return this.#emitted >= plan.records;
    }
    this.#hasEnded = true;
    model().sourceEndedAt ??= clock.now();
    if (plan.ending === 'error') {
      subscriber.error(error);
    } else {
      subscriber.complete();
    }
    return true;
  }
}
